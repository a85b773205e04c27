// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { benchReport } from "./report-builder.ts";
import { isReached, targetsOf } from "./targets.ts";

/** The target whose words hold `what`. */
function targetOf(what: string, report = benchReport()) {
  const found = targetsOf(report).find((target) => target.what.includes(what));
  if (found === undefined) throw new Error(`no target ${what}`);
  return found;
}

describe("targets", () => {
  const rows = [
    { what: "ADD: agent, static shim / plugins alone", measured: 1.1, limit: 1.15 },
    { what: "ADD: agent, static shim, parallel / plugins alone", measured: 0.6, limit: 0.95 },
    { what: "ADD: agent, TypeScript shim / plugins alone", measured: 1.3, limit: 1.4 },
    { what: "ADD: Plures without agent / plugins alone", measured: 1.6, limit: 1.4 },
    { what: "DEL: agent, static shim / plugins alone", measured: 1.05, limit: 1.15 },
    { what: "DEL: agent, static shim, parallel / plugins alone", measured: 0.45, limit: 0.7 },
    { what: "pods/s: agent, static shim / plugins alone, one after another", measured: 0.75, limit: 0.9 },
    { what: "parallel / plugins alone, side by side", measured: 0.95, limit: 0.9 },
    { what: "memory of the agent with 250 pods", measured: 70, limit: 80 },
    { what: "API requests per pod", measured: 1, limit: 1 },
    { what: "--help", measured: 11, limit: 60 },
    { what: "left behind", measured: 0, limit: 0 },
  ];
  test.each(rows)("$what: $measured of $limit", ({ what, measured, limit }) => {
    expect(targetOf(what)).toMatchObject({ measured, limit });
  });

  test("the rate is that of all turns together", () => {
    const rates = [
      { way: "one-after-another", add: 10, del: 0 },
      { way: "one-after-another", add: 30, del: 0 },
      { way: "static-shim", add: 5, del: 0 },
      { way: "static-shim", add: 25, del: 0 },
    ] as const;
    expect(targetOf("8 at once", benchReport({ rates })).measured).toBe(0.75);
  });

  test("what is asked for a pod besides the status counts", () => {
    const { agent } = benchReport();
    const requests = { ...agent.requests, "get pods": 25, "list nodes": 1, others: 7 };
    expect(targetOf("API requests", benchReport({ agent: { ...agent, requests } })).measured).toBe(1.1);
  });

  test.each(["links", "leases", "journal"])("one thing of %s left behind misses the target", (kind) => {
    const clean = { after: "all", links: 0, leases: 0, journal: 0 };
    const target = targetOf("left behind", benchReport({ left: [clean, { ...clean, [kind]: 1 }] }));
    expect(target.measured).toBe(1);
    expect(isReached(target)).toBe(false);
  });
});

describe("a target is reached", () => {
  const rows = [
    { better: "lower", measured: 1.4, reached: true },
    { better: "lower", measured: 1.41, reached: false },
    { better: "higher", measured: 1.4, reached: true },
    { better: "higher", measured: 1.39, reached: false },
    { better: "lower", measured: Number.NaN, reached: false },
  ] as const;
  test.each(rows)("at 1.4, $better is better, $measured: $reached", ({ better, measured, reached }) => {
    expect(isReached({ what: "", limit: 1.4, better, measured })).toBe(reached);
  });
});
