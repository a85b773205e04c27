// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkParity } from "./check-parity.ts";

const decision = (number: string) =>
  `# ${number}: title\n\n## Context\n\n## Decision\n\n## Options lost\n\n## Consequences\n`;

const whole: Readonly<Record<string, string>> = {
  "src/cli/commands.ts": '[{ name: "try", summary: "x" }, { name: "cni", summary: "y" }]',
  "docs/commands/try.md": "",
  "docs/commands/cni.md": "",
  "docs/decisions/0000-template.md": decision("0000"),
  "docs/decisions/0001-bun.md": decision("0001"),
  "src/verbs/ports.ts": "export interface Journal {}\n// type Ghost = 1",
  "docs/glossary.md": "| word | meaning | in the code |\n|---|---|---|\n| journal | x | `Journal` |",
  "src/verbs/del.test.ts": 'test("never plans", () => {});',
  "ARCHITECTURE.md": '| DEL never plans | `src/verbs/del.test.ts` "never plans" |',
  "CHANGELOG.md": "# Changelog\n\n## Unreleased\n",
};

const rows: readonly { change: Readonly<Record<string, string | undefined>>; messages: readonly string[] }[] =
  [
    { change: {}, messages: [] },
    { change: { "docs/commands/try.md": undefined }, messages: ["docs/commands/try.md is missing"] },
    {
      change: { "docs/commands/fly.md": "" },
      messages: ['there is no command "fly" in src/cli/commands.ts'],
    },
    {
      change: { "docs/decisions/0003-gap.md": decision("0003") },
      messages: ["its number should be 0002", 'its title should be "# 0002: ..."'],
    },
    {
      change: { "docs/decisions/0001-bun.md": "# 0001: x\n## Context\n## Decision\n## Consequences" },
      messages: ['the section "## Options lost" is missing'],
    },
    {
      change: { "docs/glossary.md": "| ghost | x | `Ghost` |" },
      messages: ["`Ghost` is declared nowhere in src"],
    },
    { change: { "docs/glossary.md": undefined }, messages: ["has no table of words"] },
    {
      change: { "src/verbs/del.test.ts": 'test("never runs", () => {});' },
      messages: ['src/verbs/del.test.ts has no test "never plans"'],
    },
    { change: { "CHANGELOG.md": "# Changelog" }, messages: ['has no section "## Unreleased"'] },
  ];

for (const { change, messages } of rows) {
  test(`${Object.keys(change)[0] ?? "no file"} changed: ${messages.join(", ") || "fine"}`, () => {
    const files = Object.entries({ ...whole, ...change }).flatMap(([path, text]) =>
      text === undefined ? [] : [{ path, text }],
    );
    expect(checkParity(files).map(({ message }) => message)).toEqual([...messages]);
  });
}
