// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { turns } from "./measure.ts";

describe("turns", () => {
  const rows = [
    { of: "no groups", groups: [], order: "" },
    { of: "groups without pods", groups: ["", ""], order: "" },
    { of: "one group", groups: ["abc"], order: "abc" },
    { of: "two groups", groups: ["abc", "xyz"], order: "ax yb cz" },
    { of: "three groups", groups: ["abc", "ijk", "xyz"], order: "aix jyb zck" },
    { of: "groups of different sizes", groups: ["abc", "x"], order: "ax bc" },
  ];
  test.each(rows)("of $of: every pod once, another group begins each round", ({ groups, order }) => {
    const planned = groups.map((pods) => ({ way: "static-shim" as const, pods: [...pods] }));
    const pods = turns(planned).map(({ pod }) => pod);
    expect(pods.join("")).toBe(order.replaceAll(" ", ""));
  });

  test("name the group and its way", () => {
    const groups = [
      { way: "static-shim" as const, pods: ["a"] },
      { way: "side-by-side" as const, pods: ["x"] },
    ];
    expect(turns(groups)).toEqual([
      { group: 0, way: "static-shim", pod: "a" },
      { group: 1, way: "side-by-side", pod: "x" },
    ]);
  });
});
