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
      { program: "plures, VERSION", ms: ms(9) },
      { program: "plures --help", ms: ms(11) },
    ],
    calls: [
      { way: "one-after-another", add: ms(100), del: ms(200), addRate: 10 },
      { way: "side-by-side", add: ms(50), del: ms(80), addRate: 20 },
      { way: "plures", add: ms(130), del: ms(220), addRate: 7.7 },
    ],
    rates: [
      { way: "one-after-another", add: 16, del: 8 },
      { way: "plures", add: 12, del: 6 },
    ],
    left: [{ after: "all ways in turns", ...nothing }],
    ...changes,
  };
}
