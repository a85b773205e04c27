// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { benchReport } from "./report-builder.ts";
import { formatReport } from "./report-text.ts";

test("a report tells machine, times, rates, starts, the agent, leftovers and targets", () => {
  expect(formatReport(benchReport())).toBe(
    `Plures 0.1.0 (Bun 1.4.5), 2026-11-21T05:00:00.000Z
2 cores (a processor, x64), Linux 6.1.0, load 0.25 before; plugins of /usr/lib/cni, CNI up to 1.0.0
2 pods per way; a pod has the primary (bridge, portmap) and three more networks (macvlan, macvlan, bridge)

one pod at a time, ms               ADD    p95  times    DEL    p95  times  ADD pods/s
plugins alone, one after another  100.0  105.0   1.00  200.0  205.0   1.00        10.0
plugins alone, side by side        50.0   55.0   0.50   80.0   85.0   0.40        20.0
Plures without agent              160.0  165.0   1.60  220.0  225.0   1.10         6.3
agent, static shim                110.0  115.0   1.10  210.0  215.0   1.05         9.1
agent, static shim, parallel       60.0   65.0   0.60   90.0   95.0   0.45        16.7
agent, TypeScript shim            130.0  135.0   1.30  230.0  235.0   1.15         7.7
agent, TypeScript shim, parallel   80.0   85.0   0.80  110.0  115.0   0.55        12.5

8 pods at a time, pods/s           ADD   DEL
plugins alone, one after another  16.0   8.0
plugins alone, side by side       20.0  10.0
agent, static shim                12.0   6.0
agent, static shim, parallel      19.0   9.0

start to end, ms      median   p95
static shim, VERSION     0.5   5.5
plures --help           11.0  16.0

agent, 250 pods and 500 networks, MB  resident  its own  most
before the first request                  60.0     20.0  61.0
after every pod's ADD and DEL             70.0     30.0  72.0
its processor time for ADD and DEL of a pod: 6.5 ms

what it asked of the API server  requests  per pod
list pods                               1     0.00
watch pods                              1     0.00
patch pods/status                     250     1.00
create events                         900     3.60

left behind after  links  leases  journal
all ways in turns      0       0        0

targets                                                                             measured        wanted
ADD: agent, static shim / plugins alone                                                  1.1  at most 1.15  reached
ADD: agent, static shim, parallel / plugins alone                                        0.6  at most 0.95  reached
ADD: agent, TypeScript shim / plugins alone                                              1.3   at most 1.4  reached
ADD: Plures without agent / plugins alone                                                1.6   at most 1.4  missed
DEL: agent, static shim / plugins alone                                                 1.05  at most 1.15  reached
DEL: agent, static shim, parallel / plugins alone                                       0.45   at most 0.7  reached
ADD, 8 at once, pods/s: agent, static shim / plugins alone, one after another           0.75  at least 0.9  missed
ADD, 8 at once, pods/s: agent, static shim, parallel / plugins alone, side by side      0.95  at least 0.9  reached
memory of the agent with 250 pods, MB                                                     70    at most 80  reached
API requests per pod, events left aside                                                    1     at most 1  reached
plures --help, ms                                                                         11    at most 60  reached
left behind after every DEL                                                                0     at most 0  reached`,
  );
});
