// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "./commands.ts";
import type { CommandDefinition } from "./define-command.ts";

const docs = join(import.meta.dir, "../../docs/commands");

/** `-f, --some-file` as commander calls its value: `someFile`. */
function keyOf(flags: string): string {
  const long = flags.split("--")[1] ?? "";
  return long.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function wordsOf({ options, operands = [] }: CommandDefinition): readonly string[] {
  return [
    ...Object.values(options).flatMap(({ flags }) => flags.split(", ")),
    ...operands.flatMap(({ choices = [] }) => choices),
  ];
}

for (const { name, summary, load } of commands) {
  test(`${name}: every option is filed under its own name`, async () => {
    const { options } = await load();
    const keys = Object.fromEntries(Object.values(options).map((row) => [keyOf(row.flags), row]));
    expect(Object.keys(options)).toEqual(Object.keys(keys));
  });

  test(`${name}: the page explains every option and choice`, async () => {
    const page = readFileSync(join(docs, `${name}.md`), "utf8");
    expect(page).toStartWith(`# plures ${name}\n`);
    for (const word of wordsOf(await load())) expect(page).toContain(word);
  });

  test(`${name}: the summary fits a line of the help`, () => {
    expect(summary.length).toBeLessThan(85);
    expect(summary).not.toEndWith(".");
  });
}
