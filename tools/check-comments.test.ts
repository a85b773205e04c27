// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkComments } from "./check-comments.ts";

const words = "word ".repeat(30);
const rows = [
  { path: "src/a.ts", text: "/** One line. */\n// another", lines: [] },
  { path: "src/a.ts", text: "/**\n * Two\n * lines.\n */", lines: [] },
  { path: "src/a.ts", text: `const x = "${words}"; // ${words}`, lines: [] },
  { path: "src/a.ts", text: "/** Two\n * lines. */", lines: [1] },
  { path: "src/a.ts", text: `x;\n  // ${words}`, lines: [2] },
  { path: "src/a.ts", text: `/**\n * ${words}\n */`, lines: [2] },
  { path: "src/a.ts", text: `/** ${words}*/`, lines: [1] },
  { path: "docs/a.md", text: `* ${words}`, lines: [] },
];

for (const { path, text, lines } of rows) {
  test(`${path} with ${JSON.stringify(text)}: problems in lines [${lines}]`, () => {
    expect(checkComments([{ path, text }]).map(({ line }) => line ?? 0)).toEqual([...lines]);
  });
}
