// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createTurns } from "./turns.ts";

test("work is done one piece at a time, in order, also after one that fails", async () => {
  const inTurn = createTurns();
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
  const ends = await Promise.allSettled([inTurn(work("a")), inTurn(work("b", true)), inTurn(work("c"))]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});
