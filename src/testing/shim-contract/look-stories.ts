// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { StageMaker } from "./index.ts";
import { putOddFiles } from "./odd-files.ts";
import { text, welcomed } from "./welcomed.ts";

/** Looks at plugins of the host. */
export function describeLooks(stage: StageMaker): void {
  describe("a look step", () => {
    test("tells path and a text that changes when the executable is replaced", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const first = await line.look(1, "echo-result", [it.binDir]);
      expect(first).toMatchObject({ kind: "found", path: `${it.binDir}/echo-result` });
      expect(first.output.length).toBeGreaterThan(0);
      const second = await line.look(2, "echo-result", [it.binDir]);
      expect(text(second.output)).toBe(text(first.output));
      // Of the same size: only a new file tells.
      writeFileSync(`${it.binDir}/new`, readFileSync(`${it.binDir}/echo-result`));
      chmodSync(`${it.binDir}/new`, 0o755);
      renameSync(`${it.binDir}/new`, `${it.binDir}/echo-result`);
      const third = await line.look(3, "echo-result", [it.binDir]);
      expect(text(third.output)).not.toBe(text(first.output));
      await done();
    });

    test("tells of what is not there or cannot be run", async () => {
      const it = await stage();
      putOddFiles(it.binDir);
      const { line, done } = await welcomed(it);
      expect(await line.look(1, "no-such", [it.binDir])).toMatchObject({ kind: "not-found" });
      expect(await line.look(2, "not-executable", [it.binDir])).toMatchObject({
        kind: "not-runnable",
        path: `${it.binDir}/not-executable`,
      });
      await done();
    });
  });
}
