// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotationKeys } from "../../attachments/index.ts";
import type { NodePod } from "../../cluster/index.ts";
import { createPlainPods } from "../../host/index.ts";
import { keepPlainPods } from "./keep-plain-pods.ts";

let folder: string;
let stop: AbortController;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-plain-pods-"));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

function aPod(name: string, networks?: string): NodePod {
  const annotations: Record<string, string> = {};
  if (networks !== undefined) annotations[annotationKeys.networks] = networks;
  return {
    ...{ namespace: "default", name, uid: `uid-${name}`, annotations, nodeName: "node-a" },
    ...{ phase: "Running", hostNetwork: false, isDeleting: false },
  };
}

/** The watch of a node, played by hand. */
function aWatch() {
  const pods = new Map<string, NodePod>();
  const listeners = new Set<(pod: NodePod) => void>();
  return {
    cluster: {
      pods: () => [...pods.values()],
      onPod: (listener: (pod: NodePod) => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    see: (pod: NodePod) => {
      pods.set(pod.name, pod);
      for (const listener of listeners) listener(pod);
    },
    listeners,
  };
}

const plugin = { systemNamespaces: ["kube-system"], defaultNetworks: [], deadlineSeconds: 220 };

test("pods that ask for nothing are on the list within seconds, and leave it when they ask", async () => {
  const { cluster, see } = aWatch();
  const file = createPlainPods(join(folder, "plain-pods.json"));
  keepPlainPods({ cluster, file, plugin, signal: stop.signal, settleMs: 20, log: () => {} });
  see(aPod("plain"));
  see(aPod("asks", "mv-a"));
  await Bun.sleep(60);
  expect(await file.knows(aPod("plain"))).toBe(true);
  expect(await file.knows(aPod("asks", "mv-a"))).toBe(false);
  see(aPod("plain", "mv-a"));
  await Bun.sleep(60);
  expect(await file.knows(aPod("plain"))).toBe(false);
});

test("a crowd of pods is one write, the same list none, and a failed write is tried again", async () => {
  const { cluster, see } = aWatch();
  let writes = 0;
  const failing = () => {
    writes += 1;
    if (writes === 1) throw new Error("no space");
  };
  const told: string[] = [];
  const log = (_: unknown, message: string) => void told.push(message);
  keepPlainPods({ cluster, file: { write: failing }, plugin, signal: stop.signal, settleMs: 20, log });
  for (const name of ["a", "b", "c"]) see(aPod(name));
  await Bun.sleep(60);
  expect([writes, told.length]).toEqual([1, 1]);
  see(aPod("a"));
  await Bun.sleep(60);
  expect(writes).toBe(2);
  see(aPod("a"));
  await Bun.sleep(60);
  expect(writes).toBe(2);
});

test("it ends with its signal", async () => {
  const { cluster, see, listeners } = aWatch();
  let writes = 0;
  const write = () => {
    writes += 1;
  };
  keepPlainPods({ cluster, file: { write }, plugin, signal: stop.signal, settleMs: 20, log: () => {} });
  see(aPod("a"));
  stop.abort();
  await Bun.sleep(60);
  expect([writes, listeners.size]).toEqual([0, 0]);
});
