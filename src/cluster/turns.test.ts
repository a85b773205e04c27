// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createTurns } from "./turns.ts";

function createWork() {
  const told: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      told.push(`${name} begins`);
      await Bun.sleep(2);
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  return { told, work };
}

test("work is done one piece at a time, in order, also after one that fails", async () => {
  const inTurn = createTurns();
  const { told, work } = createWork();
  const ends = await Promise.allSettled([inTurn(work("a")), inTurn(work("b", true)), inTurn(work("c"))]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a wider queue works on that many pieces at a time, begun in order", async () => {
  const inTurn = createTurns(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const work = (index: number) => async () => {
    begun.push(index);
    running += 1;
    most = Math.max(most, running);
    await Bun.sleep(1);
    running -= 1;
  };
  await Promise.all([0, 1, 2, 3, 4].map((index) => inTurn(work(index))));
  await inTurn(work(5));
  expect(most).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});
