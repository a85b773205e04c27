// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CniError } from "../cni/index.ts";
import { installExecutable } from "./install-executable.ts";

let top: string;
let dir: string;
let stateDir: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "plures-install-"));
  dir = join(top, "bin");
  stateDir = join(top, "cni/multus/plures");
  mkdirSync(dir);
});
afterEach(() => rmSync(top, { recursive: true }));

/** A plugin that answers VERSION, of any generation. */
const plugin = (generation: string) =>
  `#!/bin/sh\n# ${generation}\necho '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}'\n`;

function source(text: string | Uint8Array): string {
  const path = join(top, "source");
  writeFileSync(path, text);
  return path;
}

const install = (text: string | Uint8Array) =>
  installExecutable({ source: source(text), dir, name: "multus", stateDir });
const target = () => join(dir, "multus");
const kept = () => join(stateDir, "backup/multus");

function failure(act: () => unknown): CniError {
  try {
    act();
  } catch (error) {
    if (error instanceof CniError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("what is there decides", () => {
  test("nothing: installed, for everybody to run", () => {
    expect(install(plugin("1"))).toEqual({ path: target(), change: "installed" });
    expect(readFileSync(target(), "utf8")).toBe(plugin("1"));
    expect(statSync(target()).mode & 0o7777).toBe(0o755);
    expect(readdirSync(dir)).toEqual(["multus"]);
  });

  test("the same bytes: not touched, whoever put them there", () => {
    writeFileSync(target(), plugin("1"));
    chmodSync(target(), 0o755);
    const before = statSync(target());
    expect(install(plugin("1"))).toEqual({ path: target(), change: "untouched" });
    expect(statSync(target())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test("the same bytes that nobody may run: installed again", () => {
    install(plugin("1"));
    chmodSync(target(), 0o644);
    expect(install(plugin("1")).change).toBe("updated");
    expect(statSync(target()).mode & 0o7777).toBe(0o755);
  });

  test("ours, older or newer: updated, nothing is kept", () => {
    install(plugin("1"));
    expect(install(plugin("2")).change).toBe("updated");
    expect(install(plugin("1")).change).toBe("updated");
    expect(existsSync(kept())).toBe(false);
  });

  test("somebody else's: replaced, and kept with its mode", () => {
    writeFileSync(target(), "upstream");
    chmodSync(target(), 0o750);
    expect(install(plugin("1"))).toEqual({ path: target(), change: "replaced", backup: kept() });
    expect(readFileSync(kept(), "utf8")).toBe("upstream");
    expect(statSync(kept()).mode & 0o7777).toBe(0o750);
    expect(readFileSync(target(), "utf8")).toBe(plugin("1"));
  });

  test("somebody else's again and again: one is kept, the last", () => {
    for (const generation of ["a", "b", "c"]) {
      writeFileSync(target(), generation);
      install(plugin("1"));
    }
    expect(readFileSync(kept(), "utf8")).toBe("c");
    expect(readdirSync(join(stateDir, "backup"))).toEqual(["multus"]);
  });

  test("a link of a multi-call binary: the link is replaced, what it leads to is not touched", () => {
    const multiCall = join(top, "multi-call");
    writeFileSync(multiCall, "k3s");
    symlinkSync(multiCall, target());
    expect(install(plugin("1")).change).toBe("replaced");
    expect(readFileSync(multiCall, "utf8")).toBe("k3s");
    expect(lstatSync(target()).isFile()).toBe(true);
    expect(readlinkSync(kept())).toBe(multiCall);
  });

  test("a link that leads nowhere: replaced, nothing appears at its end", () => {
    symlinkSync(join(top, "gone"), target());
    expect(install(plugin("1")).change).toBe("replaced");
    expect(existsSync(join(top, "gone"))).toBe(false);
    expect(readFileSync(target(), "utf8")).toBe(plugin("1"));
  });
});

test("what the process takes from modes of new files is not taken from the executable", () => {
  const usual = process.umask(0o077);
  try {
    install(plugin("1"));
  } finally {
    process.umask(usual);
  }
  expect(statSync(target()).mode & 0o7777).toBe(0o755);
});

test("one that is running is replaced, and goes on running", async () => {
  copyFileSync("/bin/sleep", target());
  const running = Bun.spawn([target(), "60"]);
  try {
    expect(install(plugin("1")).change).toBe("replaced");
    expect(readFileSync(target(), "utf8")).toBe(plugin("1"));
    expect(running.exitCode).toBeNull();
  } finally {
    running.kill();
    await running.exited;
  }
});

describe("a failure says what and how to go on, and leaves what was there", () => {
  const rows: readonly (readonly [string, () => unknown, string, string])[] = [
    [
      "no folder",
      () => installExecutable({ source: source(plugin("1")), dir: "/nowhere", name: "multus", stateDir }),
      'installing into "/nowhere": there is no such folder',
      "name the folder of the container runtime's configuration",
    ],
    [
      "no source",
      () => installExecutable({ source: "/nowhere/multus", dir, name: "multus", stateDir }),
      'reading the executable: ENOENT at "/nowhere/multus"',
      "",
    ],
    [
      "a plugin that fails",
      () => install("#!/bin/sh\necho broken >&2; exit 3\n"),
      "exit code 3",
      "processor",
    ],
    ["one of another processor", () => install(elfOfAnotherMachine()), "it is built for RISC-V", "processor"],
    ["no answer to VERSION", () => install("#!/bin/sh\necho '{}'\n"), 'exit code 0 and "{}"', "processor"],
  ];
  test.each(rows)("%s", (_, act, message, hint) => {
    writeFileSync(target(), "upstream");
    const error = failure(act);
    expect(error.message).toContain(message);
    expect(error.hint ?? "").toContain(hint);
    expect(readFileSync(target(), "utf8")).toBe("upstream");
    expect(readdirSync(dir)).toEqual(["multus"]);
    expect(existsSync(kept())).toBe(false);
  });

  test("a folder of that name", () => {
    mkdirSync(target());
    expect(failure(() => install(plugin("1"))).message).toBe(
      `installing the executable: "${target()}" is a folder`,
    );
  });
});

test("what a killed installer left is taken away after an hour, not before", () => {
  const [old, young] = [join(dir, ".multus.plures-old"), join(dir, ".multus.plures-young")];
  for (const path of [old, young]) writeFileSync(path, "half");
  utimesSync(old, new Date(), new Date(Date.now() - 2 * 60 * 60 * 1000));
  install(plugin("1"));
  expect(readdirSync(dir).sort()).toEqual([".multus.plures-young", "multus"]);
});

test("a damaged record loses nothing: what is there is kept", () => {
  install(plugin("1"));
  writeFileSync(join(stateDir, "installed.json"), "{");
  expect(install(plugin("2")).change).toBe("replaced");
  expect(readFileSync(kept(), "utf8")).toBe(plugin("1"));
  expect(install(plugin("3")).change).toBe("updated");
});

function elfOfAnotherMachine(): Uint8Array {
  const head = Buffer.alloc(64);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(243, 18);
  return head;
}
