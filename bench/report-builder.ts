// SPDX-License-Identifier: Apache-2.0
import type { BenchReport } from "./report.ts";

const ms = (median: number, p95 = median + 5) => ({ count: 2, median, p95 });
const nothing = { links: 0, leases: 0, journal: 0 };

/** For tests: a report with round numbers, changed as told. */
export function benchReport(changes: Partial<BenchReport> = {}): BenchReport {
  return {
    schemaVersion: 1,
    machine: {
      date: "2026-11-21T05:00:00.000Z",
      plures: "0.1.0",
      bun: "1.4.5",
      cores: 2,
      processor: "a processor",
      architecture: "x64",
      kernel: "6.1.0",
      plugins: "/usr/lib/cni, CNI up to 1.0.0",
      load: 0.25,
    },
    pods: 2,
    atOnce: 8,
    starts: [
      { program: "static shim, VERSION", ms: ms(0.5) },
      { program: "plures --help", ms: ms(11) },
    ],
    calls: [
      { way: "one-after-another", add: ms(100), del: ms(200), addTimes: 1, delTimes: 1, addRate: 10 },
      { way: "side-by-side", add: ms(50), del: ms(80), addTimes: 0.5, delTimes: 0.4, addRate: 20 },
      { way: "without-agent", add: ms(160), del: ms(220), addTimes: 1.6, delTimes: 1.1, addRate: 6.3 },
      { way: "static-shim", add: ms(110), del: ms(210), addTimes: 1.1, delTimes: 1.05, addRate: 9.1 },
      { way: "static-shim-parallel", add: ms(60), del: ms(90), addTimes: 0.6, delTimes: 0.45, addRate: 16.7 },
      { way: "typescript-shim", add: ms(130), del: ms(230), addTimes: 1.3, delTimes: 1.15, addRate: 7.7 },
      {
        way: "typescript-shim-parallel",
        add: ms(80),
        del: ms(110),
        addTimes: 0.8,
        delTimes: 0.55,
        addRate: 12.5,
      },
    ],
    rates: [
      { way: "one-after-another", add: 16, del: 8 },
      { way: "side-by-side", add: 20, del: 10 },
      { way: "static-shim", add: 12, del: 6 },
      { way: "static-shim-parallel", add: 19, del: 9 },
    ],
    agent: {
      pods: 250,
      networks: 500,
      atRest: { residentMb: 60, ownMb: 20, mostMb: 61 },
      afterwards: { residentMb: 70, ownMb: 30, mostMb: 72 },
      processorMsPerPod: 6.5,
      requests: { "list pods": 1, "watch pods": 1, "patch pods/status": 250, "create events": 900 },
    },
    left: [{ after: "all ways in turns", ...nothing }],
    ...changes,
  };
}
