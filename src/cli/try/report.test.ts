// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type PodReport, type TryReport, verdictOf } from "./report.ts";

const failure = { code: 7, message: "no", details: undefined };
const pod: PodReport = {
  ...{ namespace: "d", name: "a", ok: true, error: undefined, detachError: undefined },
  ...{ interfaces: [], status: [], milliseconds: 1 },
};
const ping = { pod: "d/a", interface: "eth0", to: "192.0.2.1", target: "gateway" };
const answered = { ...ping, ok: true, milliseconds: 1, reason: undefined };
const silent = { ...ping, ok: false, milliseconds: undefined, reason: "no answer" };
const left = { links: [], leases: [], journal: [] };

const rows: readonly {
  readonly name: string;
  readonly changes: Partial<TryReport>;
  readonly verdict: TryReport["verdict"];
}[] = [
  { name: "all is well", changes: {}, verdict: "ok" },
  { name: "nobody is there to ping", changes: { pings: [] }, verdict: "ok" },
  {
    name: "a pod was not attached",
    changes: { pods: [pod, { ...pod, ok: false, error: failure }] },
    verdict: "failed",
  },
  {
    name: "a pod was not detached",
    changes: { pods: [{ ...pod, detachError: failure }] },
    verdict: "failed",
  },
  { name: "a ping had no answer", changes: { pings: [answered, silent] }, verdict: "failed" },
  { name: "a link is left", changes: { left: { ...left, links: ["veth1"] } }, verdict: "failed" },
  { name: "a lease is left", changes: { left: { ...left, leases: ["n/192.0.2.1"] } }, verdict: "failed" },
  { name: "a journal entry is left", changes: { left: { ...left, journal: ["a@eth0"] } }, verdict: "failed" },
];

for (const { name, changes, verdict } of rows) {
  test(`when ${name} the verdict is ${verdict}`, () => {
    expect(verdictOf({ pods: [pod], pings: [answered], left, ...changes })).toBe(verdict);
  });
}
