// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { commands } from "./commands.ts";
import { readCommandWords } from "./completion.ts";
import { type CommandWords, shells } from "./completion-scripts.ts";

const words: readonly CommandWords[] = [
  {
    name: "paint",
    summary: "paint the pod's wall: all of it",
    options: [
      { flags: ["-c", "--colour"], description: "which [one]", takesValue: true, choices: ["red", "blue"] },
      { flags: ["--file"], description: "it's here", takesValue: true, choices: [] },
      { flags: ["--wet"], description: "still wet", takesValue: false, choices: [] },
    ],
    operandChoices: ["inside", "outside"],
  },
  { name: "dry", summary: "wait", options: [], operandChoices: [] },
];

/** What bash offers behind `line`, by running the script. */
function offeredByBash(line: string): readonly string[] {
  const typed = line.split(" ");
  const ask = `COMP_WORDS=(${typed.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${typed.length - 1}; _plures; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = Bun.spawnSync(["bash", "-c", `${shells.bash(words)}\n${ask}`]);
  expect(stderr.toString()).toBe("");
  return stdout.toString().trim().split(" ").filter(Boolean);
}

const rows = [
  { line: "plures ", offers: ["paint", "dry", "help", "--help", "--version"] },
  { line: "plures p", offers: ["paint"] },
  { line: "plures paint --c", offers: ["--colour"] },
  { line: "plures paint --colour ", offers: ["red", "blue"] },
  { line: "plures paint -c b", offers: ["blue"] },
  { line: "plures paint --file ", offers: [] },
  { line: "plures paint --wet in", offers: ["inside"] },
  { line: "plures paint out", offers: ["outside"] },
  { line: "plures dry ", offers: ["--help"] },
];

for (const { line, offers } of rows) {
  test(`bash offers ${offers.join(" ") || "file names"} behind "${line}"`, () => {
    expect(offeredByBash(line)).toEqual(offers);
  });
}

test("zsh and fish know every command, option and choice, with quotes and brackets escaped", () => {
  const zsh = shells.zsh(words);
  expect(zsh).toContain(String.raw`'paint:paint the pod'\''s wall: all of it'`);
  expect(zsh).toContain(String.raw`{-c,--colour}'[which \[one\]]:value:(red blue)'`);
  expect(zsh).toContain("'1:value:(inside outside)'");
  const fish = shells.fish(words);
  expect(fish).toContain(String.raw`-a paint -d 'paint the pod'\''s wall: all of it'`);
  expect(fish).toContain("-s c -l colour -x -a 'red blue' -d 'which [one]'");
  expect(fish).toContain(String.raw`-l file -r -d 'it'\''s here'`);
});

test("the scripts are made from the table of commands", async () => {
  const known = await readCommandWords();
  expect(known.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
  expect(known.find(({ name }) => name === "completion")?.operandChoices).toEqual(Object.keys(shells));
});
