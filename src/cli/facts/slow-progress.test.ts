// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createOutput } from "../output.ts";
import { createSlowProgress } from "./slow-progress.ts";

/** An output whose second is over after `quietMs` by its own clock, and what it wrote. */
function createTold(quietMs: number) {
  const told: string[] = [];
  const startedAt = performance.now();
  const output = createOutput({
    format: "json",
    writeOut: () => undefined,
    writeError: (line) => told.push(line),
    isTerminal: false,
    environment: {},
    now: () => ((performance.now() - startedAt) / quietMs) * 1_000,
  });
  return { told, progress: createSlowProgress(output, quietMs) };
}

test("what lasts is told once, what begins later at once", async () => {
  const { told, progress } = createTold(40);
  progress.say("looking at nodes");
  progress.say("asking the API server");
  await Bun.sleep(100);
  expect(told).toEqual(["asking the API server ...\n"]);
  progress.say("looking at pods");
  expect(told).toEqual(["asking the API server ...\n", "looking at pods ...\n"]);
  progress.end();
});

test("what is over in time is not told", async () => {
  const { told, progress } = createTold(40);
  progress.say("looking at nodes");
  progress.end();
  await Bun.sleep(100);
  expect(told).toEqual([]);
});
