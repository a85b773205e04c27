// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createDeferredEvents, type EventPace } from "./deferred-events.ts";

function defer(pace: Partial<EventPace> = {}) {
  const controller = new AbortController();
  const lines: string[] = [];
  const events = createDeferredEvents({
    pace: { afterMs: 0, burst: 100, everyMs: 1, atMost: 1_000, ...pace },
    signal: controller.signal,
    log: (_, message) => lines.push(message),
  });
  const sent: string[] = [];
  const send =
    (name: string, isTaken = true) =>
    async () => {
      await Bun.sleep(1);
      sent.push(name);
      return isTaken;
    };
  return { events, sent, send, lines, stop: () => controller.abort() };
}

test("they go out in order, not before their time, and what fails is counted and left", async () => {
  const { events, sent, send } = defer({ afterMs: 40 });
  events.add(send("a"));
  events.add(send("b", false));
  events.add(send("c"));
  await Bun.sleep(15);
  expect(sent).toEqual([]);
  await events.drain(1_000);
  expect(sent).toEqual(["a", "b", "c"]);
  expect(events.counts()).toEqual({ sent: 2, failed: 1, dropped: 0 });
  // A queue that was empty begins anew.
  events.add(send("d"));
  await events.drain(1_000);
  expect(sent.at(-1)).toBe("d");
});

test("after the burst they are paced", async () => {
  const { events, sent, send, stop } = defer({ burst: 3, everyMs: 40 });
  for (let index = 0; index < 8; index++) events.add(send(String(index)));
  await Bun.sleep(30);
  expect(sent.length).toBeLessThanOrEqual(4);
  await Bun.sleep(100);
  expect(sent.length).toBeGreaterThan(4);
  expect(sent.length).toBeLessThan(8);
  stop();
});

test("more than may wait are dropped, which is told once", async () => {
  const { events, send, lines } = defer({ atMost: 2 });
  for (const name of ["a", "b", "c", "d"]) events.add(send(name));
  await events.drain(1_000);
  expect(events.counts()).toEqual({ sent: 2, failed: 0, dropped: 2 });
  expect(lines).toEqual(["events are dropped: too many wait"]);
});

test("draining gives up in time, and the signal ends it", async () => {
  const { events, sent, send, stop } = defer({ afterMs: 500 });
  events.add(send("a"));
  const startedAt = performance.now();
  await events.drain(30);
  expect(performance.now() - startedAt).toBeLessThan(300);
  stop();
  await events.drain(1_000);
  expect(sent).toEqual([]);
});
