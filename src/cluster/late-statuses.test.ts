// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createLateStatuses } from "./late-statuses.ts";
import type { StatusOutcome } from "./write-status.ts";

const identity = (name: string) => ({ namespace: "default", name, uid: `uid-${name}` });
const away: StatusOutcome = { kind: "unreachable", error: new Error("away"), isOutage: true };
const denied: StatusOutcome = { kind: "unreachable", error: new Error("denied"), isOutage: false };
const written: StatusOutcome = { kind: "found", value: undefined };

function keep(answer: (pod: string, tries: number) => StatusOutcome | Promise<StatusOutcome>) {
  const controller = new AbortController();
  const writes: string[] = [];
  const late = createLateStatuses({
    async write({ name }, status, signal) {
      writes.push(`${name} ${status}`);
      const outcome = await answer(name, writes.length);
      return signal.aborted
        ? { kind: "unreachable", error: new Error("cancelled"), isOutage: false }
        : outcome;
    },
    firstDelayMs: 2,
    longestDelayMs: 8,
    signal: controller.signal,
    log: () => {},
  });
  return { late, writes, stop: () => controller.abort() };
}

const endings: readonly [string, StatusOutcome][] = [
  ["written", written],
  ["not needed: the pod is gone", { kind: "absent" }],
  ["given up: it is denied", denied],
];

test.each(endings)("it is tried until it is %s", async (_, last) => {
  const { late, writes } = keep((_pod, tries) => (tries < 3 ? away : last));
  late.add(identity("a"), "[1]");
  expect(late.waiting()).toBe(1);
  await Bun.sleep(80);
  expect(late.waiting()).toBe(0);
  expect(writes).toEqual(["a [1]", "a [1]", "a [1]"]);
});

test("a newer one takes its place, and one that is forgotten is not written, even if a write is under way", async () => {
  const { promise, resolve } = Promise.withResolvers<StatusOutcome>();
  const { late, writes, stop } = keep((pod) => (pod === "slow" ? promise : written));
  late.add(identity("a"), "[old]");
  late.add(identity("a"), "[new]");
  await Bun.sleep(30);
  expect(writes).toEqual(["a [new]"]);
  late.add(identity("slow"), "[1]");
  await Bun.sleep(30);
  late.forget(identity("slow"));
  resolve(away);
  await Bun.sleep(50);
  expect(writes).toEqual(["a [new]", "slow [1]"]);
  expect(late.waiting()).toBe(0);
  stop();
});

test("the signal ends it", async () => {
  const { late, writes, stop } = keep(() => away);
  late.add(identity("a"), "[1]");
  await Bun.sleep(20);
  stop();
  const tried = writes.length;
  await Bun.sleep(40);
  expect(writes.length).toBeLessThanOrEqual(tried + 1);
});
