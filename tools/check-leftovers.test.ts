// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkLeftovers } from "./check-leftovers.ts";

// Written in pieces, or this file would be found itself.
const rows = [
  { path: "src/a.ts", text: `// ${"TO"}DO later`, problems: 1 },
  { path: "docs/a.md", text: `${"FIX"}ME`, problems: 1 },
  { path: "src/a.ts", text: "const methodologies = mktemp('XXXXXX');", problems: 0 },
  { path: "src/a.test.ts", text: `test.${"skip"}("x", () => {});`, problems: 1 },
  { path: "src/a.test.ts", text: `describe.${"only"}("x", () => {});`, problems: 1 },
  { path: "src/a.test.ts", text: `test.${"skipIf"}(true)("x", () => {});`, problems: 1 },
  { path: "src/a.test.ts", text: "test.each(rows)('x', () => {}); list.only;", problems: 0 },
  { path: "docs/a.md", text: `cd ${"/wo"}rk/main`, problems: 1 },
  { path: "src/a.ts", text: `const dir = "${"/ho"}me/somebody/plures";`, problems: 1 },
  { path: "src/a.ts", text: 'const dir = "/home/kubernetes/bin";', problems: 0 },
  { path: "src/a.ts", text: 'const dir = "/opt/cni/bin"; const url = "/network/";', problems: 0 },
  { path: "docs/a.md", text: `from https://registry.${"npm"}js.org/`, problems: 1 },
  { path: "src/fixtures/a.json", text: `"${"/ho"}me/somebody/"`, problems: 0 },
];

for (const { path, text, problems } of rows) {
  test(`${path}: ${text}: ${problems} problems`, () => {
    expect(checkLeftovers([{ path, text }])).toHaveLength(problems);
  });
}
