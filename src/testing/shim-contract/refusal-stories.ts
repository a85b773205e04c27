// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { RunStep } from "../../protocol/index.ts";
import type { StageMaker } from "./index.ts";
import { text, welcomed } from "./welcomed.ts";

/** What an agent may not have; FOLDER stands for the stage's. */
const rows: readonly (readonly [string, Partial<RunStep>])[] = [
  ["a path as plugin", { plugin: "FOLDER/bin/trap" }],
  ["a path with dots as plugin", { plugin: "../bin/trap" }],
  ["a plugin in a folder below", { plugin: "below/trap" }],
  ["no plugin", { plugin: "" }],
  ["the folder as plugin", { plugin: "." }],
  ["the folder above as plugin", { plugin: ".." }],
  ["a folder that the runtime did not name", { searchDirs: ["FOLDER/other"] }],
  ["such a folder beside an allowed one", { searchDirs: ["FOLDER/bin", "FOLDER/other"] }],
  ["an allowed folder in other letters", { searchDirs: ["FOLDER/other/../bin"] }],
  ["a folder below an allowed one", { searchDirs: ["FOLDER/bin/below"] }],
  ["a relative folder", { searchDirs: ["bin"] }],
  ["an empty folder", { searchDirs: [""] }],
  ["a CNI_PATH of such a folder", { environment: ["CNI_PATH=FOLDER/other"] }],
  ["a CNI_PATH with one", { environment: ["CNI_PATH=FOLDER/bin:FOLDER/other:FOLDER/bin"] }],
  ["a second CNI_PATH of one", { environment: ["CNI_PATH=FOLDER/bin", "CNI_PATH=FOLDER/other"] }],
  ["a CNI_PATH that begins with an empty folder", { environment: ["CNI_PATH=:FOLDER/bin"] }],
  ["a CNI_PATH that ends with an empty folder", { environment: ["CNI_PATH=FOLDER/bin:"] }],
  ["a CNI_PATH of where it stands", { environment: ["CNI_PATH=."] }],
  ["an environment variable of the loader", { environment: ["CNI_COMMAND=ADD", "LD_PRELOAD=/x.so"] }],
  ["PATH", { environment: ["PATH=/x"] }],
  ["a variable in small letters", { environment: ["cni_command=ADD"] }],
  ["a variable without value", { environment: ["CNI_COMMAND"] }],
  ["an empty variable", { environment: [""] }],
];

/** Steps that are not lent: nothing is run, a reason is given, and the connection goes on. */
export function describeRefusals(stage: StageMaker): void {
  describe("a step is refused for", () => {
    test.each(rows)("%s", async (_, changes) => {
      const it = await stage();
      for (const dir of ["bin", "bin/below", "other"]) {
        mkdirSync(`${it.folder}/${dir}`, { recursive: true });
        writeFileSync(`${it.folder}/${dir}/trap`, `#!/bin/sh\ntouch ${it.folder}/sprung\n`, { mode: 0o755 });
      }
      const inFolder = (value: string): string => value.replaceAll("FOLDER", it.folder);
      const step = it.aRun("trap", changes);
      const run = {
        ...step,
        plugin: inFolder(step.plugin),
        searchDirs: step.searchDirs.map(inFolder),
        environment: step.environment.map(inFolder),
      };
      const { line, done } = await welcomed(it);
      const refused = await line.run(1, run);
      expect(refused).toMatchObject({ kind: "refused" });
      expect(text(refused.errors)).toMatch(/\w{3}/);
      if (changes.environment === undefined) {
        expect(await line.look(2, run.plugin, run.searchDirs)).toMatchObject({ kind: "refused" });
      }
      expect(existsSync(`${it.folder}/sprung`)).toBe(false);
      expect(await line.run(3, it.aRun("trap"))).toMatchObject({ kind: "exited", number: 0 });
      expect(existsSync(`${it.folder}/sprung`)).toBe(true);
      await done();
    });
  });
}
