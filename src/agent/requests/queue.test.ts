// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { createQueue, type Turn } from "./queue.ts";

const turn = (containerId: string, namespace = "default", changes: Partial<Turn> = {}): Turn => ({
  containerId,
  namespace,
  patienceMs: 5000,
  signal: new AbortController().signal,
  ...changes,
});

/** Lets everything that can go on go on. */
const settle = () => Bun.sleep(0);

/** Enters all turns at once, ends them one by one, the oldest first; gives the order in which they began. */
async function orderOf(limit: number, turns: readonly Turn[]): Promise<readonly string[]> {
  const queue = createQueue(limit);
  const order: string[] = [];
  const leaves: (() => void)[] = [];
  const entered = turns.map(async (one, index) => {
    const leave = await queue.enter(one);
    order.push(`${one.namespace}/${one.containerId}#${index}`);
    leaves.push(leave);
  });
  for (let left = turns.length; left > 0; left--) {
    await settle();
    leaves.shift()?.();
  }
  await Promise.all(entered);
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
  return order;
}

const rows: readonly [title: string, limit: number, turns: readonly Turn[], order: readonly string[]][] = [
  ["first come, first served", 1, [turn("a"), turn("b"), turn("c")], ["a#0", "b#1", "c#2"]],
  ["one container never side by side", 2, [turn("a"), turn("a"), turn("b")], ["a#0", "b#2", "a#1"]],
  ["one container in order", 3, [turn("a"), turn("a"), turn("a")], ["a#0", "a#1", "a#2"]],
  ["no container waits for no other", 2, [turn(""), turn(""), turn("b")], ["#0", "#1", "b#2"]],
];
test.each(rows)("%s", async (_, limit, turns, order) => {
  expect(await orderOf(limit, turns)).toEqual(order.map((one) => `default/${one}`));
});

test("a flood of one namespace does not keep another waiting", async () => {
  const flood = Array.from({ length: 6 }, (_, at) => turn(`f${at}`, "flood"));
  const order = await orderOf(2, [...flood, turn("x", "quiet")]);
  expect(order.slice(0, 3)).toEqual(["flood/f0#0", "flood/f1#1", "quiet/x#6"]);
});

test("who waits too long is told so, retriably, and the turn goes to the next", async () => {
  const queue = createQueue(1);
  const leave = await queue.enter(turn("a"));
  const late = queue.enter(turn("b", "default", { patienceMs: 10 }));
  const next = queue.enter(turn("c"));
  expect(["a", "b", "d"].map(queue.isBusy)).toEqual([true, true, false]);
  await expect(late).rejects.toMatchObject({
    code: 11,
    message: expect.stringContaining("waiting for a turn"),
  });
  leave();
  (await next)();
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
});

test("who is not waited for any more frees what waits behind it", async () => {
  const queue = createQueue(2);
  const leave = await queue.enter(turn("a"));
  const ended = new AbortController();
  const second = queue.enter(turn("a", "default", { signal: ended.signal }));
  const third = queue.enter(turn("a"));
  ended.abort();
  await expect(second).rejects.toMatchObject({ code: 11 });
  leave();
  (await third)();
  await expect(queue.enter(turn("a", "default", { signal: ended.signal }))).rejects.toMatchObject({
    code: 11,
  });
  expect(queue.running).toBe(0);
});

test("never more than the limit, never a container beside itself, and everybody gets a turn", async () => {
  const turns = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", ""), fc.constantFrom("n", "m")), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), turns, async (limit, all) => {
      const queue = createQueue(limit);
      const running: string[] = [];
      const serve = async ([containerId, namespace]: readonly [string, string]) => {
        const leave = await queue.enter(turn(containerId, namespace));
        expect(running.length).toBeLessThan(limit);
        expect(containerId !== "" && running.includes(containerId)).toBeFalse();
        running.push(containerId);
        await settle();
        running.splice(running.indexOf(containerId), 1);
        leave();
      };
      await Promise.all(all.map(serve));
      expect([queue.running, queue.waiting]).toEqual([0, 0]);
    }),
    { numRuns: 40 },
  );
});
