// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { CommandFailure } from "./command-failure.ts";
import { runCommandLine } from "./command-line.ts";
import type { CommandRow } from "./commands.ts";
import { defineCommand, outputOption } from "./define-command.ts";
import { exitCodes } from "./exit-codes.ts";
import { createOutput } from "./output.ts";

const echo = defineCommand({
  description: "Says back what it was given.",
  options: {
    file: { kind: "texts", flags: "-f, --file", value: "FILES", description: "some files" },
    name: { kind: "text", flags: "--name", value: "NAME", description: "a name" },
    twice: { kind: "flag", flags: "--twice", description: "say it twice" },
    output: outputOption,
  },
  operands: [{ name: "colour", description: "which", choices: ["red", "blue"] }],
  run: async ({ options, operands, output }) => {
    output.json({ options, operands });
    output.text(`${operands[0]} ${options.file.join("+")} ${options.name ?? "-"} ${options.twice}`);
    return exitCodes.onlyWarnings;
  },
});

const refuse = defineCommand({
  description: "Refuses.",
  options: { output: outputOption },
  run: async () => {
    throw new CommandFailure(exitCodes.refused, "refusing to refuse", { hint: "ask politely" });
  },
});

const crash = defineCommand({
  description: "Has a defect.",
  options: {},
  run: async () => {
    throw new TypeError("nobody expected this");
  },
});

async function run(
  line: string,
): Promise<{ code: number; out: string; err: string; loaded: readonly string[] }> {
  let out = "";
  let err = "";
  const loaded: string[] = [];
  const row = (name: string, load: CommandRow["load"]): CommandRow => ({
    name,
    summary: `does ${name}`,
    load: () => {
      loaded.push(name);
      return load();
    },
  });
  const streams = {
    writeOut: (text: string) => {
      out += text;
    },
    writeError: (text: string) => {
      err += text;
    },
  };
  const code = await runCommandLine(line.split(" ").filter(Boolean), {
    ...streams,
    commands: [
      row("echo", async () => echo),
      row("refuse", async () => refuse),
      row("crash", async () => crash),
    ],
    helpWidth: 100,
    outputFor: (format) =>
      createOutput({ ...streams, format, isTerminal: false, environment: {}, now: () => 0 }),
  });
  return { code, out, err, loaded };
}

const good = [
  { line: "", code: 0, out: "does refuse" },
  { line: "--help", code: 0, out: "does crash" },
  { line: "help echo", code: 0, out: "Says back what it was given." },
  { line: "echo --help", code: 0, out: "Usage: plures echo [options] <colour>" },
  { line: "--version", code: 0, out: "plures 0." },
  { line: "echo red", code: 4, out: "red  - false\n" },
  { line: "echo -f a b -f c --twice --name n -o text blue", code: 4, out: "blue a+b+c n true\n" },
];

for (const { line, code, out } of good) {
  test(`\`plures ${line}\` exits ${code} and answers on standard output alone`, async () => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code, err: "" });
    expect(ran.out).toContain(out);
  });
}

const bad = [
  {
    line: "ecko red",
    code: 2,
    err: "error: unknown command 'ecko'\nhint: Did you mean echo? Or see `plures --help`\n",
  },
  {
    line: "echo red --twise",
    code: 2,
    err: "unknown option '--twise'\nhint: Did you mean --twice? Or see `plures echo --help`",
  },
  { line: "echo", code: 2, err: "missing required argument 'colour'" },
  { line: "echo green", code: 2, err: "Allowed choices are red, blue" },
  { line: "echo red blue", code: 2, err: "too many arguments" },
  { line: "echo red --name", code: 2, err: "'--name <NAME>' argument missing" },
  { line: "echo red -o yaml", code: 2, err: "Allowed choices are text, json" },
  { line: "refuse", code: 6, err: "error: refusing to refuse\nhint: ask politely\n" },
  { line: "crash", code: 1, err: "error: nobody expected this\n" },
];

for (const { line, code, err } of bad) {
  test(`\`plures ${line}\` exits ${code} and says why on standard error alone`, async () => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.err).toContain(err);
  });
}

test("with -o json, standard output is one document", async () => {
  const { out } = await run("echo red -o json");
  expect(JSON.parse(out)).toEqual({
    options: { file: [], twice: false, output: "json" },
    operands: ["red"],
  });
});

for (const line of ["refuse -o json", "ecko --output=json", "echo -ojson"]) {
  test(`\`plures ${line}\` fails with one JSON document too`, async () => {
    const { out } = await run(line);
    expect(JSON.parse(out)).toMatchObject({ verdict: "error", error: { message: expect.any(String) } });
  });
}

test("only the command that is called is loaded", async () => {
  expect((await run("--help")).loaded).toEqual([]);
  expect((await run("echo red")).loaded).toEqual(["echo"]);
});
