// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { benchReport } from "./report-builder.ts";
import { formatReport } from "./report-text.ts";

test("a report tells machine, times, rates, starts, leftovers and targets", () => {
  expect(formatReport(benchReport())).toBe(
    `Plures 0.1.0 (Bun 1.4.5), 2026-11-21T05:00:00.000Z
2 cores (a processor, x64), Linux 6.1.0, load 0.25 before; plugins of /usr/lib/cni, CNI up to 1.0.0
2 pods per way; a pod has the primary (bridge, portmap) and three more networks (macvlan, macvlan, bridge)

one pod at a time, ms                    ADD    p95    DEL    p95  ADD pods/s
plugins alone, one after another       100.0  105.0  200.0  205.0        10.0
plugins alone, side by side             50.0   55.0   80.0   85.0        20.0
Plures                                 130.0  135.0  220.0  225.0         7.7
what Plures adds to the plugins alone   30.0      -   20.0      -           -

8 pods at a time, pods/s           ADD  DEL
plugins alone, one after another  16.0  8.0
Plures                            12.0  6.0

start to end, ms  median   p95
plures, VERSION      9.0  14.0
plures --help       11.0  16.0

left behind after  links  leases  journal
all ways in turns      0       0        0

targets                                                     measured        wanted
ADD: Plures / plugins alone                                      1.3   at most 1.4  reached
DEL: Plures / plugins alone                                      1.1  at most 1.15  reached (wanted of the agent's static shim)
ADD, 8 pods at once: rate of Plures / of the plugins alone      0.75  at least 0.9  missed
plures --help, ms                                                 11    at most 60  reached
left behind after every DEL                                        0     at most 0  reached`,
  );
});
