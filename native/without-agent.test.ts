// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { cniVersions, encodeVersionAnswer } from "../src/cni/index.ts";
import { buildShim, installShim } from "./built-shim.ts";

buildShim("x64");

let dir = "";
let shim: readonly string[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "plures-native-"));
  shim = installShim("x64", dir);
});
afterAll(() => rmSync(dir, { recursive: true }));

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function run(verb: string, stdin: string | Uint8Array, args: readonly string[] = []) {
  const { stdout, exitCode } = Bun.spawnSync([...shim, ...args], {
    env: { CNI_COMMAND: verb, PATH: process.env.PATH ?? "" },
    stdin: typeof stdin === "string" ? bytesOf(stdin) : stdin,
    stderr: "inherit",
  });
  return { stdout: stdout.toString(), exitCode };
}

describe("VERSION is answered as encodeVersionAnswer does", () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ...cniVersions.map((version) => [`{"cniVersion":"${version}"}`, version] as const),
    ['{"cniVersion":"7.0.0"}', "7.0.0"],
    ['{"cniVersion":"1.0"}', "1.0"],
    ['{"delegates":[{"cniVersion":"0.3.1"}],"cniVersion" : "0.4.0" }', "0.4.0"],
    ['{"cniVersion":"0.4.0","delegates":[{"cniVersion":"0.3.1"}]}', "0.4.0"],
    ["{}", undefined],
    ["", undefined],
    ['{"cniVersion":"1.0.0', undefined],
    ['{"x":"\\"cniVersion\\":\\"0.3.0\\""}', undefined],
  ];
  test.each(rows)("to %j", (stdin, asked) => {
    expect(run("VERSION", stdin)).toEqual({ stdout: encodeVersionAnswer(asked), exitCode: 0 });
  });
});

test("--version names the version of the package", () => {
  expect(run("", "", ["--version"])).toEqual({ stdout: `plures-shim ${packageJson.version}\n`, exitCode: 0 });
});

/** With nobody beside it, the shim says itself which socket it tried. */
function errorOf(stdin: string | Uint8Array) {
  const { stdout, exitCode } = run("ADD", stdin);
  expect(exitCode).toBe(1);
  const { cniVersion, code, msg, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(code).toBe(11);
  return { cniVersion, msg };
}

describe("without agent and executable the error is JSON and names", () => {
  test("the executable, the socket and the version of the configuration", () => {
    const { cniVersion, msg } = errorOf('{"cniVersion":"0.4.0","daemonSocketDir":"/absent/dir"}');
    expect(cniVersion).toBe("0.4.0");
    expect(msg).toContain(`${dir}/plures cannot be started`);
    expect(msg).toContain("/absent/dir/multus.sock: ");
  });

  const escaped = Buffer.from('{"cniVersion":"1.0.0\\"","daemonSocketDir":"/a\x01b\x7f\xff\xc3"}', "latin1");
  test("a socket with bytes that are no text", () => {
    expect(errorOf(escaped)).toMatchObject({
      cniVersion: "1.0.0",
      msg: expect.stringContaining("/a\x01b\x7f"),
    });
  });

  test("an executable that cannot be run", () => {
    writeFileSync(`${dir}/plures`, "nothing that runs\n");
    chmodSync(`${dir}/plures`, 0o755);
    expect(errorOf("{}").msg).toContain(`${dir}/plures cannot be started: `);
    rmSync(`${dir}/plures`);
  });
});

const socketDirs: readonly (readonly [string, string])[] = [
  ['{"daemonSocketDir":"/one"}', "/one/multus.sock"],
  ['{ "daemonSocketDir"\n:\t"/one" , "x": 1 }', "/one/multus.sock"],
  ['{"DaemonSocketDir":"/one"}', "/one/multus.sock"],
  ['{"daemonSocketDir":"/one","daemonSocketDir":"/two"}', "/two/multus.sock"],
  ['{"daemonSocketDir":"/ümlaut"}', "/\ufffd\ufffdmlaut/multus.sock"],
  ['{"delegates":[{"daemonSocketDir":"/one"}]}', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":"/one","delegates":[{"daemonSocketDir":"/two"}]}', "/one/multus.sock"],
  ['{"name":"daemonSocketDir","x":"\\":\\"/one"}', "/run/multus/multus.sock"],
  ['{"x":"\\"daemonSocketDir\\":\\"/one\\""}', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":"/o\\u006ee"}', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":7}', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":""}', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":"/one', "/run/multus/multus.sock"],
  ['{"daemonSocketDir"', "/run/multus/multus.sock"],
  ['{"daemonSocketDir":"\\', "/run/multus/multus.sock"],
];

test.each(socketDirs)("the configuration %j has the socket %s", (stdin, socket) => {
  expect(errorOf(stdin).msg).toContain(`(${socket}: `);
});

test("a folder that is no whole path is not used", () => {
  expect(errorOf('{"daemonSocketDir":"run/multus"}').msg).toContain("no whole path");
});

describe("what a person asks goes to the executable beside the shim", () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["a sweep without agent", ["gc", "--socket-dir", "/absent"], ["cni", "gc", "--socket-dir", "/absent"]],
    [
      "a sweep that names its journal",
      ["gc", "--socket-dir", "/absent", "--cni-dir", "/state", "/bin/a", "/bin/b"],
      ["cni", "gc", "--socket-dir", "/absent", "--cni-dir", "/state", "/bin/a", "/bin/b"],
    ],
    ["help for a sweep", ["gc", "--help"], ["cni", "gc", "--help"]],
    ["a sweep with half an option", ["gc", "--socket-dir"], ["cni", "gc", "--socket-dir"]],
    ["a sweep of a folder that is no whole path", ["gc", "relative"], ["cni", "gc", "relative"]],
    ["help", ["--help"], ["--help"]],
    ["any other command", ["doctor", "-o", "json"], ["doctor", "-o", "json"]],
  ];
  test.each(rows)("%s", (_, given, handedOn) => {
    writeFileSync(`${dir}/plures`, '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n', { mode: 0o755 });
    const said = run("", "", given);
    rmSync(`${dir}/plures`);
    expect(said).toEqual({ stdout: `${handedOn.join("\n")}\n`, exitCode: 3 });
  });

  test("a sweep says why there is none when nobody is beside it", () => {
    const { stdout, exitCode } = run("", "", ["gc", "--socket-dir", "/absent"]);
    expect(stdout).toMatch(/^nothing was swept: .*\/absent\/multus\.sock: .*plures cannot be started: .*\n$/);
    expect(exitCode).toBe(5);
  });

  test("other arguments are told what the shim understands when nobody is beside it", () => {
    expect(run("", "", ["--help"])).toEqual({
      stdout: expect.stringMatching(/^usage: .*plures cannot be started/),
      exitCode: 2,
    });
  });
});

test("closed standard descriptors do no harm", () => {
  writeFileSync(`${dir}/plures`, `#!/bin/sh\necho "$@" >${dir}/said; cat >>${dir}/said\n`, { mode: 0o755 });
  const { exitCode } = Bun.spawnSync(["sh", "-c", `exec ${shim[0]} <&- >&- 2>&-`], {
    env: { CNI_COMMAND: "ADD", PATH: process.env.PATH ?? "" },
  });
  expect(exitCode).toBe(0);
  rmSync(`${dir}/plures`);
});
