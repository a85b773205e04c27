// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { memoryOf, processorMsOf, readMemory, readProcessorMs } from "./process-use.ts";

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

test("processor time is read from the stat of a process, whatever its name is", () => {
  const stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 25 17 0 0 20 0 1 0 100";
  expect(readProcessorMs(stat)).toBe(420);
});

test("this process took some", () => {
  expect(processorMsOf(process.pid)).toBeGreaterThan(0);
});
