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
    { what: "ADD: Plures", measured: 1.3, from: undefined },
    { what: "DEL: Plures", measured: 1.1, from: "the agent's static shim" },
    { what: "8 pods at once", measured: 0.75, from: undefined },
    { what: "--help", measured: 11, from: undefined },
    { what: "left behind", measured: 0, from: undefined },
  ];
  test.each(rows)("$what is $measured", ({ what, measured, from }) => {
    expect(targetOf(what)).toMatchObject({ measured, from });
  });

  test("the rate is that of all turns together", () => {
    const rates = [
      { way: "one-after-another", add: 10, del: 0 },
      { way: "one-after-another", add: 30, del: 0 },
      { way: "plures", add: 5, del: 0 },
      { way: "plures", add: 25, del: 0 },
    ] as const;
    expect(targetOf("8 pods at once", benchReport({ rates })).measured).toBe(0.75);
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
    expect(isReached({ what: "", limit: 1.4, from: undefined, better, measured })).toBe(reached);
  });
});
