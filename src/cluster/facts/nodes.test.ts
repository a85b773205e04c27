// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { factsOf, knownOf } from "./builders.ts";
import type { Fields } from "./object-fields.ts";

const core = { apiVersion: "v1" };

describe("nodes", () => {
  const node = (metadata: Fields, rest: Fields = {}) => ({
    ...core,
    kind: "Node",
    metadata: { name: "n", ...metadata },
    ...rest,
  });

  test("k3s is recognised, and its secrets stay where they are", async () => {
    const annotations = {
      "k3s.io/node-args": JSON.stringify(["server", "--token", "K10abc", "--data-dir", "/data"]),
      "k3s.io/node-env": JSON.stringify({
        K3S_TOKEN: "K10abc",
        K3S_DATA_DIR: "/data",
        HTTP_PROXY: "http://me:K10abc@p",
      }),
      "kubectl.kubernetes.io/last-applied-configuration": "K10abc",
    };
    const status = { nodeInfo: { kubeletVersion: "v1.31.2+k3s1" } };
    const [found] = knownOf((await factsOf({ objects: [node({ annotations }, { status })] })).nodes);
    expect(found?.distribution).toMatchObject({ name: "k3s", version: "v1.31.2+k3s1" });
    expect(found?.annotations).toEqual({
      "k3s.io/node-args": '["server","--token","(hidden)","--data-dir","/data"]',
      "k3s.io/node-env": '{"K3S_DATA_DIR":"/data","HTTP_PROXY":"http://me:(hidden)@p"}',
    });
    expect(JSON.stringify(found)).not.toContain("K10abc");
  });

  test("a node without any sign is unknown, with the reason", async () => {
    const control = node({ labels: { "node-role.kubernetes.io/control-plane": "" } });
    const [found] = knownOf((await factsOf({ objects: [control] })).nodes);
    expect(found?.isControlPlane).toBe(true);
    expect(found?.ready).toEqual({ status: "Unknown", reason: "", message: "" });
    expect(found?.distribution.name).toBe("unknown");
    expect(found?.distribution.why.length).toBe(1);
  });
});
