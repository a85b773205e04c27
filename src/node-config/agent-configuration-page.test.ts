// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { agentConfigSchema } from "./agent-config-schema.ts";
import type { AgentKey } from "./agent-key.ts";
import { agentKeys } from "./agent-keys.ts";

const docs = `${import.meta.dir}/../../docs`;
const rows: readonly AgentKey[] = agentKeys;

/** Section of the page -> which keys its table has. */
const sections: Readonly<Record<string, (row: AgentKey) => boolean>> = {
  Keys: ({ use }) => use.startsWith("agent"),
  "Handed on to the plugin": ({ use }) => use.endsWith("plugin"),
  "Without effect": ({ use }) => use === "nothing",
  Refused: ({ use }) => use === "refused",
};

const page = await Bun.file(`${docs}/agent-configuration.md`).text();

test.each(Object.entries(sections))(
  "the page's section %p has exactly the table's keys",
  (heading, belongs) => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
    const told = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(told).toEqual(rows.filter(belongs).map(({ key }) => key));
  },
);

test("type, default and origin of every key on the page are those of the table", () => {
  const section = page.split(/^## /m).find((text) => text.startsWith("Keys\n")) ?? "";
  const told = [...section.matchAll(/^\| `[^`]+` \|.*$/gm)].map(([line]) => line.split(" | ").slice(0, 4));
  const known = rows
    .filter(({ use }) => use.startsWith("agent"))
    .map(({ key, kind, default: fallback, origin }) => [
      `| \`${key}\``,
      kind.name,
      fallback === undefined ? "" : `\`${fallback}\``,
      origin,
    ]);
  expect(told).toEqual(known);
});

test("docs/schemas/agent-config.schema.json is what agentConfigSchema() gives", async () => {
  expect(await Bun.file(`${docs}/schemas/agent-config.schema.json`).json()).toEqual(agentConfigSchema());
});

test("patterns of the schema say what the agent says", () => {
  for (const { key, kind } of rows) {
    const { pattern } = kind.schema;
    if (typeof pattern !== "string") continue;
    for (const value of [
      "/etc/cni",
      "/host/etc",
      "/hostroot",
      "/hosts",
      "a.conf",
      "a/b",
      "off",
      "[::1]:9",
      "x:y",
    ]) {
      expect({ key, value, fits: new RegExp(pattern, "u").test(value) }).toEqual({
        key,
        value,
        fits: kind.problem(value) === undefined,
      });
    }
  }
});
