// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "./command-line.ts";
import { installCniCommand } from "./install-cni.ts";
import { createOutput } from "./output.ts";

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "plures-install-cni-"));
  for (const folder of ["bin", "image"]) mkdirSync(join(top, folder));
  for (const name of ["plures", "multus"]) {
    writeFileSync(join(top, "image", name), plugin(name), { mode: 0o755 });
  }
});
afterEach(() => rmSync(top, { recursive: true }));

const plugin = (name: string) =>
  `#!/bin/sh\n# ${name}\necho '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}'\n`;

/** Runs the command within this process; gives what it printed. */
async function run(...args: readonly string[]) {
  let out = "";
  let errors = "";
  const streams = {
    writeOut: (text: string) => {
      out += text;
    },
    writeError: (text: string) => {
      errors += text;
    },
  };
  const exitCode = await runCommandLine(["install-cni", ...args], {
    ...streams,
    helpWidth: 100,
    commands: [{ name: "install-cni", summary: "", load: async () => installCniCommand }],
    outputFor: (format) =>
      createOutput({ ...streams, format, isTerminal: false, environment: {}, now: () => 0 }),
  });
  return { exitCode, out, errors };
}

const usual = () => [
  ...["--bin-dir", join(top, "bin"), "--cni-dir", join(top, "cni")],
  ...["--executable", join(top, "image/plures")],
];
const installed = (name: string) => readFileSync(join(top, "bin", name), "utf8");

describe("which files are installed", () => {
  test("the shim beside the executable as multus, the executable as plures; again: nothing changes", async () => {
    expect(await run(...usual())).toEqual({
      exitCode: 0,
      out: `${join(top, "bin/plures")}: installed\n${join(top, "bin/multus")}: installed\n`,
      errors: "",
    });
    expect([installed("plures"), installed("multus")]).toEqual([plugin("plures"), plugin("multus")]);
    expect((await run(...usual())).out.match(/is there already/g)).toHaveLength(2);
  });

  test("without a shim the executable is multus", async () => {
    rmSync(join(top, "image/multus"));
    expect((await run(...usual())).exitCode).toBe(0);
    expect(readdirSync(join(top, "bin"))).toEqual(["multus"]);
    expect(installed("multus")).toBe(plugin("plures"));
  });

  test("a shim that is named", async () => {
    writeFileSync(join(top, "other"), plugin("other"), { mode: 0o755 });
    expect((await run(...usual(), "--shim", join(top, "other"))).exitCode).toBe(0);
    expect(installed("multus")).toBe(plugin("other"));
  });

  test("multus-shim where Multus' daemon left one, and what it left is kept", async () => {
    writeFileSync(join(top, "bin/multus-shim"), "upstream");
    const { out } = await run(...usual(), "-o", "json");
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      executables: [
        { change: "installed" },
        { change: "installed" },
        { change: "replaced", backup: join(top, "cni/plures/backup/multus-shim") },
      ],
    });
    expect(installed("multus-shim")).toBe(plugin("multus"));
  });
});

describe("further plugin folders", () => {
  const file = () => join(top, "bin/multus.plugin-folders");

  test("are named beside the shim, for all to read and only us to write", async () => {
    const { exitCode, out } = await run(...usual(), "--plugin-dir", "/one", "--plugin-dir", "/two/b");
    expect({ exitCode, line: out.trimEnd().split("\n").at(-1) }).toEqual({
      exitCode: 0,
      line: `${file()}: names /one, /two/b`,
    });
    expect(statSync(file()).mode & 0o777).toBe(0o644);
    const lines = () => readFileSync(file(), "utf8").split("\n").slice(1);
    expect(lines()).toEqual(["/one", "/two/b", ""]);
    const { out: json } = await run(...usual(), "--plugin-dir", "/three", "-o", "json");
    expect(JSON.parse(json).pluginFolders).toEqual({ path: file(), dirs: ["/three"] });
    expect(lines()).toEqual(["/three", ""]);
  });

  test("stay as they are when none is given", async () => {
    await run(...usual(), "--plugin-dir", "/one");
    await run(...usual());
    expect(readFileSync(file(), "utf8")).toContain("/one\n");
    expect(readdirSync(join(top, "bin")).toSorted()).toEqual(["multus", "multus.plugin-folders", "plures"]);
  });

  test.each(["relative", "/a\n/b", "/a ", "/", `/${"x".repeat(4096)}`])("%j is refused", async (dir) => {
    const { exitCode, errors } = await run(...usual(), "--plugin-dir", dir);
    expect(exitCode).toBe(2);
    expect(errors).toContain("--plugin-dir");
    expect(readdirSync(join(top, "bin"))).toEqual([]);
  });
});

test("run from its sources it does not install Bun", async () => {
  const { exitCode, errors } = await run("--bin-dir", join(top, "bin"));
  expect(exitCode).toBe(2);
  expect(errors).toContain("this is not the compiled executable");
});

/** With a file system of its own over the folder; it ends with the command. */
async function runOn(mount: string) {
  const command = `mount -t tmpfs -o ${mount} none "$1" && shift && exec "$@"`;
  const main = join(import.meta.dir, "../main.ts");
  const child = Bun.spawn(
    [
      ...["unshare", "--mount", "sh", "-c", command, "sh", join(top, "bin")],
      ...[process.execPath, main, "install-cni", ...usual()],
    ],
    { stdout: "pipe", stderr: "pipe" },
  );
  return { exitCode: await child.exited, errors: await new Response(child.stderr).text() };
}

describe("what the file system refuses is told with the way out", () => {
  const rows = [
    ["read-only", "ro", "EROFS", "mount the file system of"],
    ["full", "size=4k,nr_inodes=2", "ENOSPC", "free space or inodes on the file system of"],
    [
      "noexec",
      "noexec",
      "does not work: its folder or its file system (mount option noexec)",
      "may programs run from",
    ],
  ] as const;
  test.each(rows)("%s", async (_, mount, says, hint) => {
    writeFileSync(join(top, "image/plures"), `${plugin("plures")}${"#".repeat(70_000)}`);
    const { exitCode, errors } = await runOn(mount);
    expect(errors).toContain(says);
    expect(errors).toContain(hint);
    expect(exitCode).toBe(7);
  });
});
