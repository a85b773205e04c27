// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { join } from "node:path";
import { $ } from "bun";
import { exitCodes } from "./exit-codes.ts";

const preamble = `bun() { "$BUN" "$@"; }; plures() { bun "$MAIN" "$@"; };`;
const environment = {
  PATH: process.env.PATH,
  BUN: process.execPath,
  MAIN: join(import.meta.dir, "../main.ts"),
  WRITER: join(import.meta.dir, "stream-writer.ts"),
};

/** Bash, because what is tested is what a shell's pipes and redirections do to us. */
async function shell(script: string): Promise<{ code: number; out: string; err: string }> {
  const ran = await $`bash -c ${preamble + script}`.env(environment).quiet().nothrow();
  return { code: ran.exitCode, out: ran.stdout.toString(), err: ran.stderr.toString() };
}

test("the answer goes to standard output and the exit code to the shell", async () => {
  expect(await shell("plures --version")).toMatchObject({ code: exitCodes.fine, err: "" });
  expect(await shell("plures tyr")).toMatchObject({ code: exitCodes.wrongInput, out: "" });
});

test("all of a long answer arrives through a slow pipe", async () => {
  const program = `const { createStreamWriter } = await import(process.env.WRITER);
    const out = createStreamWriter(1);
    for (let i = 0; i < 30; i++) out.write(String(i % 10).repeat(100_000));
    process.exit(0);`;
  const { out } = await shell(`bun -e '${program}' | (sleep 0.2; wc -c)`);
  expect(out.trim()).toBe("3000000");
});

test("several writes to a file that already has something follow each other", async () => {
  const program = `const { createStreamWriter } = await import(process.env.WRITER);
    const out = createStreamWriter(1); out.write("two "); out.write("three");`;
  const file = `/tmp/plures-writes-${process.pid}`;
  const { out } = await shell(`(echo -n 'one '; bun -e '${program}') > ${file}; cat ${file}; rm ${file}`);
  expect(out).toBe("one two three");
});

test("a reader that goes away early is no error", async () => {
  const { err, out } = await shell("plures --help | true; echo $" + "{PIPESTATUS[0]}");
  expect({ err, out }).toEqual({ err: "", out: "0\n" });
});

test("a full disk is an error that says so", async () => {
  const { code, err } = await shell("plures --help > /dev/full");
  expect(code).toBe(exitCodes.internalError);
  expect(err).toContain("writing to standard output: ENOSPC");
});
