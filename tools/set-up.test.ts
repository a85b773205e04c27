// SPDX-License-Identifier: Apache-2.0
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dir = mkdtempSync(join(tmpdir(), "plures-set-up-"));
afterAll(() => rmSync(dir, { recursive: true }));

/**
 * Runs set-up.sh on a machine with `programs` and bash's own tools, as root or not; apt-get is one that only
 * notes what it was told.
 */
function setUp(args: string, machine: { user: number; programs: readonly string[] }) {
  const bin = mkdtempSync(join(dir, "bin-"));
  const asked = join(bin, "asked");
  writeProgram(bin, "id", `echo ${machine.user}`);
  for (const name of machine.programs) writeProgram(bin, name, `echo "$*" >> ${asked}`);
  writeFileSync(asked, "");
  const script = join(import.meta.dir, "set-up.sh");
  const ran = Bun.spawnSync(["/bin/bash", script, ...args.split(" ")], { env: { PATH: bin } });
  return { code: ran.exitCode, said: ran.stderr.toString(), asked: readFileSync(asked, "utf8") };
}

function writeProgram(bin: string, name: string, body: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/bash\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

const root = 0;
const somebody = 1000;

const rows = [
  { args: "tool", user: root, programs: ["tool", "apt-get"], code: 0, said: "", asked: "" },
  { args: "tool", user: somebody, programs: ["tool"], code: 0, said: "", asked: "" },
  { args: "tool other", user: root, programs: ["tool", "apt-get"], code: 0, said: "", asked: "other" },
  {
    args: "tool",
    user: somebody,
    programs: ["apt-get"],
    code: 1,
    said: "as root: apt-get update && apt-get install tool",
    asked: "",
  },
  { args: "--root tool", user: somebody, programs: ["tool"], code: 1, said: "This needs root", asked: "" },
  { args: "--root tool", user: root, programs: ["tool"], code: 0, said: "", asked: "" },
  { args: "tool other", user: root, programs: [], code: 1, said: "This machine has no apt-get", asked: "" },
];

for (const { args, user, programs, code, said, asked } of rows) {
  test(`set-up.sh ${args} as ${user} with ${programs.join(" and ") || "nothing"} exits ${code}`, () => {
    const ran = setUp(args, { user, programs });
    expect(ran.code).toBe(code);
    expect(ran.said).toContain(said);
    expect(ran.asked.split("\n").filter(Boolean)).toEqual(
      asked === ""
        ? []
        : ["update -q", expect.stringMatching(new RegExp(`^install .*--no-remove ${asked}$`))],
    );
  });
}
