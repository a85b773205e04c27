// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkDocLinks } from "./check-doc-links.ts";

const rows = [
  { text: "[map](../ARCHITECTURE.md#entry)", missing: [] },
  { text: "[this folder](./) and [up](..)", missing: [] },
  { text: "[elsewhere](https://example.org/x) [here](#part)", missing: [] },
  { text: "[gone](gone.md)", missing: ['"docs/gone.md" does not exist'] },
  { text: "see `src/cni/errors.ts` and `src/cni/`", missing: [] },
  { text: "see `src/cni/gone.ts`", missing: ['"src/cni/gone.ts" does not exist'] },
  { text: "a page `docs/commands/<name>.md`, tests `src/**`", missing: [] },
];

for (const { text, missing } of rows) {
  test(`${text}: ${missing.length} missing`, () => {
    const files = ["ARCHITECTURE.md", "src/cni/errors.ts"].map((path) => ({ path, text: "" }));
    const problems = checkDocLinks([...files, { path: "docs/page.md", text }]);
    expect(problems.map(({ message }) => message)).toEqual(missing);
  });
}
