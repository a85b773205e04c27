// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { memoryOf, readMemory } from "./memory.ts";

test("memory is read from the status of a process", () => {
  const status = "Name:\tplures\nVmHWM:\t  100000 kB\nVmRSS:\t   50000 kB\nRssAnon:\t   20000 kB\n";
  expect(readMemory(status)).toEqual({ residentMb: 51.2, ownMb: 20.48, mostMb: 102.4 });
});

test("this process has some", () => {
  const { residentMb, ownMb, mostMb } = memoryOf(process.pid);
  expect(ownMb).toBeGreaterThan(1);
  expect(residentMb).toBeGreaterThanOrEqual(ownMb);
  expect(mostMb).toBeGreaterThanOrEqual(residentMb);
});
