// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { limits, type RunStep } from "../../protocol/index.ts";
import { isAlive, readPids, waitUntil } from "../plugins/processes.ts";
import type { StageMaker } from "./index.ts";
import { putOddFiles } from "./odd-files.ts";
import { text, welcomed } from "./welcomed.ts";

type Expected = Partial<Record<"kind" | "number", string | number>> & {
  readonly output?: RegExp;
  readonly errors?: RegExp;
};

const rows: readonly (readonly [string, Partial<RunStep> & { readonly config?: object }, Expected])[] = [
  ["echo-result", {}, { kind: "exited", number: 0, output: /"sandbox":"\/run\/netns\/x"/, errors: /^$/ }],
  ["fail-with-code", {}, { kind: "exited", number: 1, output: /"code":7/, errors: /^about to fail\n$/ }],
  ["print-nothing", {}, { kind: "exited", number: 0, output: /^$/, errors: /^$/ }],
  ["exit-nonzero-with-success-json", {}, { kind: "exited", number: 3, output: /interfaces/ }],
  ["ignore-stdin", {}, { kind: "exited", number: 0, output: /interfaces/ }],
  ["die-by-signal", {}, { kind: "signalled", number: constants.signals.SIGSEGV, errors: /about to crash/ }],
  ["hang", { timeoutMs: 100 }, { kind: "timed-out" }],
  ["flood-output", {}, { kind: "too-much-output" }],
  ["no-such", {}, { kind: "not-found" }],
  ["not-executable", {}, { kind: "not-runnable", errors: /./ }],
  ["folder", {}, { kind: "not-runnable", errors: /./ }],
  ["dangling", {}, { kind: "not-runnable", errors: /./ }],
  ["no-program", {}, { kind: "not-runnable", errors: /./ }],
];

/** Plugins run on the host. */
export function describeRuns(stage: StageMaker): void {
  describe("a run step", () => {
    test.each(rows)("%s %p", async (plugin, changes, expected) => {
      const it = await stage();
      putOddFiles(it.binDir);
      const { line, done } = await welcomed(it);
      const ending = await line.run(7, it.aRun(plugin, changes));
      expect(ending).toMatchObject({
        kind: expected.kind,
        ...(expected.number === undefined ? {} : { number: expected.number }),
      });
      if (expected.output) expect(text(ending.output)).toMatch(expected.output);
      if (expected.errors) expect(text(ending.errors)).toMatch(expected.errors);
      if (ending.kind !== "not-found") expect(ending.path).toBe(`${it.binDir}/${plugin}`);
      await done();
    });

    test("more than the bound of output is dropped, and the plugin is ended", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const ending = await line.run(1, it.aRun("flood-output"));
      expect(ending.output.length + ending.errors.length).toBe(limits.outputBytes);
      await done();
    });

    test("SIGKILL comes two seconds after SIGTERM, and the run tells how long it took", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const ending = await line.run(1, it.aRun("hang-ignoring-sigterm", { timeoutMs: 100 }));
      expect(ending.kind).toBe("timed-out");
      expect(ending.microseconds).toBeWithin((100 + limits.graceMs) * 1000, 5_000_000);
      await done();
    });

    test("a plugin is stopped, and its child with it, while another runs on", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const pids = `${it.folder}/pids`;
      const stopped = line.run(1, it.aRun("hang-with-child", { config: { pids } }));
      const other = line.run(2, it.aRun("hang", { timeoutMs: 1000 }));
      const family = await readPids(pids);
      line.send({ kind: "stop", id: 1 });
      expect(await stopped).toMatchObject({ kind: "stopped" });
      await waitUntil(() => !family.some(isAlive));
      expect(await other).toMatchObject({ kind: "timed-out" });
      // A stop that comes too late, or for nobody, says nothing.
      line.send({ kind: "stop", id: 1 });
      line.send({ kind: "stop", id: 99 });
      await done();
    });

    test("a process that a plugin leaves behind holds nobody up and lives on", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const pids = `${it.folder}/left`;
      const ending = await line.run(1, it.aRun("leave-child-behind", { config: { pids } }));
      expect(ending).toMatchObject({ kind: "exited", number: 0 });
      expect(ending.microseconds).toBeLessThan(2_000_000);
      const [left = 0] = await readPids(pids);
      await done();
      expect(isAlive(left)).toBe(true);
      process.kill(left, "SIGKILL");
    });

    test("a plugin sees the shim's environment with every CNI_* replaced", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const environment = ["CNI_COMMAND=ADD", "CNI_IFNAME=net7", "CNI_ARGS=a=b;c", "CNI_EMPTY="];
      const asked = [...environment, "CNI_STARTED_BY=somebody"];
      const ending = await line.run(1, it.aRun("show-environment", { environment: asked }));
      const seen = text(ending.output).trim().split("\n");
      expect(seen).toContain("OTHER=of the runtime");
      const ofCni = seen.filter((one) => one.startsWith("CNI_"));
      expect(ofCni.toSorted()).toEqual([...environment, "CNI_STARTED_BY=plures"].toSorted());
      await done();
    });

    test("standard input of 1.5 MiB arrives whole; a plugin that does not read it succeeds all the same", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      writeFileSync(`${it.binDir}/keep-input`, `#!/bin/sh\ncat >${it.folder}/kept\n`, { mode: 0o755 });
      const stdin = Buffer.alloc(1.5 * 1024 * 1024, "0123456789abcdef-");
      expect(await line.run(1, it.aRun("keep-input", { stdin }))).toMatchObject({
        kind: "exited",
        number: 0,
      });
      expect(readFileSync(`${it.folder}/kept`).equals(stdin)).toBe(true);
      expect(await line.run(2, it.aRun("ignore-stdin", { stdin }))).toMatchObject({
        kind: "exited",
        number: 0,
      });
      expect(await line.run(3, it.aRun("keep-input", { stdin: new Uint8Array() }))).toMatchObject({
        number: 0,
      });
      expect(readFileSync(`${it.folder}/kept`)).toHaveLength(0);
      await done();
    });

    test("the first folder with a plugin that can be run wins", async () => {
      const it = await stage();
      const first = `${it.folder}/elsewhere`;
      mkdirSync(first);
      writeFileSync(`${first}/echo-result`, "");
      const { line, done } = await welcomed(it);
      const searchDirs = [first, it.binDir];
      expect(await line.run(1, it.aRun("echo-result", { searchDirs }))).toMatchObject({
        kind: "exited",
        path: `${it.binDir}/echo-result`,
      });
      writeFileSync(`${first}/echo-result`, "#!/bin/sh\nexit 9\n");
      chmodSync(`${first}/echo-result`, 0o755);
      expect(await line.run(2, it.aRun("echo-result", { searchDirs }))).toMatchObject({ number: 9 });
      await done();
    });

    test("32 steps run side by side, a 33rd is refused", async () => {
      const it = await stage();
      const { line, done } = await welcomed(it);
      const hanging = Array.from({ length: limits.steps }, (_, id) => line.run(id, it.aRun("hang")));
      expect(await line.run(100, it.aRun("echo-result"))).toMatchObject({ kind: "refused" });
      for (let id = 0; id < limits.steps; id++) line.send({ kind: "stop", id });
      const endings = await Promise.all(hanging);
      expect(endings.map(({ kind }) => kind)).toEqual(endings.map(() => "stopped"));
      expect(await line.run(101, it.aRun("echo-result"))).toMatchObject({ kind: "exited", number: 0 });
      await done();
    });
  });
}
