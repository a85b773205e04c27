// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSources } from "./source-files.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-sources-"));
  for (const name of ["b.yaml", "a.json", "c.conflist", "README.md"]) writeFileSync(join(folder, name), name);
  for (const name of ["empty", "sub"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "sub", "deep.yml"), "deep");
  writeFileSync(join(folder, "binary.txt"), Uint8Array.of(0xff, 0xfe));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function textsOf(...names: readonly string[]): Promise<readonly string[]> {
  const paths = names.map((name) => (name === "-" ? name : join(folder, name)));
  return (await readSources(paths, async () => "piped")).map(({ text }) => text);
}

const good = [
  { names: [""], texts: ["a.json", "b.yaml", "c.conflist"] },
  { names: ["README.md"], texts: ["README.md"] },
  { names: ["b.yaml", "sub", "-"], texts: ["b.yaml", "deep", "piped"] },
  { names: ["b.yaml", ""], texts: ["b.yaml", "a.json", "c.conflist"] },
];

for (const { names, texts } of good) {
  test(`-f ${names.join(" ")} reads ${texts.join(", ")}`, async () => {
    expect(await textsOf(...names)).toEqual(texts);
  });
}

const bad = [
  { name: "nosuch", message: "there is no such file or folder" },
  { name: "b.yaml/x", message: "a part of this path is a file" },
  { name: "empty", message: "no file of this folder is one of ours" },
  { name: "binary.txt", message: "it is not UTF-8 text" },
];

for (const { name, message } of bad) {
  test(`-f ${name} is refused: ${message}`, async () => {
    await expect(textsOf(name)).rejects.toThrow(message);
    await expect(textsOf(name)).rejects.toMatchObject({ exitCode: 2 });
  });
}
