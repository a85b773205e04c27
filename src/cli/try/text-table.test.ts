// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { breakLine, formatTable } from "./text-table.ts";

test("columns are as wide as they must be, cells of several lines stand below each other, nothing is a dash", () => {
  const columns = [{ title: "NAME" }, { title: "ADDRESS" }, { title: "MS", align: "right" as const }];
  const rows = [
    ["eth0", ["10.0.0.2/24", "fd00::2/64"], "5"],
    ["net1", [], "12"],
  ];
  expect(formatTable({ columns, rows, width: 100 })).toEqual([
    "NAME  ADDRESS      MS",
    "eth0  10.0.0.2/24   5",
    "      fd00::2/64",
    "net1  -            12",
  ]);
});

test("a table that is too wide breaks the cells of breakable columns, at blanks and behind slashes", () => {
  const columns = [
    { title: "A" },
    { title: "NETWORK", breakable: true },
    { title: "ROUTE", breakable: true },
  ];
  const rows = [["x", "shared-networks/lan", "default via 192.0.2.1"]];
  expect(formatTable({ columns, rows, width: 30 })).toEqual([
    "A  NETWORK       ROUTE",
    "x  shared-       default via",
    "   networks/lan  192.0.2.1",
  ]);
});

const breakRows = [
  { text: "short", width: 10, lines: ["short"] },
  { text: "one two three", width: 8, lines: ["one two", "three"] },
  { text: "one two three", width: 7, lines: ["one two", "three"] },
  { text: "  indented text", width: 10, indent: "    ", lines: ["  indented", "    text"] },
  { text: "unbreakable", width: 4, lines: ["unbr", "eaka", "ble"] },
  { text: "a/bc/d", width: 4, behind: "/", lines: ["a/", "bc/d"] },
];

for (const { text, width, lines, ...options } of breakRows) {
  test(`${JSON.stringify(text)} in ${width} characters`, () => {
    expect(breakLine(text, width, options)).toEqual(lines);
  });
}

test("lines are never too wide and lose nothing but blanks", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "/", "-", "b"), minLength: 1 }));
  fc.assert(
    fc.property(words, fc.integer({ min: 3, max: 20 }), fc.constantFrom("", "/-"), (some, width, behind) => {
      const text = some.join(" ");
      const lines = breakLine(text, width, { indent: "  ", behind });
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }),
  );
});
