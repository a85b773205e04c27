// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { describePodNamespace } from "../../testing/pod-namespace-contract.ts";
import { handsOfProcess, handsOfThisHost } from "./hands-testbed.ts";
import { createRemotePodNamespace } from "./remote-pod-namespace.ts";

const nativeShim = `${import.meta.dir}/../../../dist/multus`;

describePodNamespace("namespaces through a shim", createRemotePodNamespace(handsOfThisHost()));

// Made by `make shim`.
if (existsSync(nativeShim)) {
  const { hands, start, end } = handsOfProcess([nativeShim]);
  beforeAll(start);
  afterAll(end);
  describePodNamespace("namespaces through the static shim", createRemotePodNamespace(hands));
}

test("the host's own namespace is there, and nobody gets into it", async () => {
  const pod = createRemotePodNamespace(handsOfThisHost());
  expect(await pod.isThere("/proc/self/ns/net")).toBeTrue();
  expect(await pod.isThere("proc/self/ns/net")).toBeFalse();
  const reading = pod.readInterface("/proc/self/ns/net", "lo");
  await expect(reading).rejects.toMatchObject({
    code: 5,
    message: expect.stringContaining("does not allow"),
  });
});

test("a shim that is gone says nothing about a namespace", async () => {
  const hands = handsOfThisHost();
  hands.release();
  const pod = createRemotePodNamespace(hands);
  await expect(pod.isThere("/run/netns/x")).rejects.toMatchObject({ code: 11 });
  await expect(pod.readInterface("/run/netns/x", "eth0")).rejects.toMatchObject({ code: 11 });
});
