// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import type { LogLevel } from "../attachments/index.ts";
import { createLog, type LogOptions } from "./log.ts";
import { formatLogLine } from "./log-line.ts";

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-log-`);
  file = `${dir}/multus.log`;
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = new Date("2026-11-21T02:53:33.123Z");
const logTo = (options: LogOptions) =>
  createLog({ file, toStderr: false, level: "debug", now: () => at, ...options });
const linesOf = (path: string): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);

const shown: readonly [LogLevel | undefined, readonly LogLevel[]][] = [
  ["debug", ["debug", "verbose", "error", "panic"]],
  ["verbose", ["verbose", "error", "panic"]],
  ["error", ["error", "panic"]],
  ["panic", ["panic"]],
  [undefined, ["panic"]],
];
test.each(shown)("level %p shows %p", (level, expected) => {
  const log = logTo({ level });
  for (const each of ["debug", "verbose", "error", "panic"] as const) log(each, "message");
  expect(linesOf(file)).toEqual(expected.map((each) => `2026-11-21T02:53:33Z [${each}] message`));
});

const formats: readonly [message: string, fields: Record<string, unknown>, line: string][] = [
  [
    "pod attached",
    { pod: "default/web", ms: 12.5, ok: true, none: undefined, nil: null },
    "pod attached pod=default/web ms=12.5 ok=true nil=null",
  ],
  [
    "quotes",
    { a: "", b: "two words", c: 'say "x"', d: "a=b" },
    String.raw`quotes a="" b="two words" c="say \"x\"" d="a=b"`,
  ],
  [
    "forged",
    { a: "x\n2026-11-21T02:53:33Z [panic] forged", b: "\u001b[2J\u2028" },
    String.raw`forged a="x\n2026-11-21T02:53:33Z [panic] forged" b="\u001b[2J\u2028"`,
  ],
  ["two\nlines", {}, String.raw`two\nlines`],
  [
    "objects",
    { list: ["a b", 1], error: new Error("no\nway"), big: 2n ** 60n },
    String.raw`objects list=["a b",1] error="no\nway" big=1152921504606846976`,
  ],
];
test.each(formats)("%p", (message, fields, line) => {
  logTo({})("verbose", message, fields);
  expect(readFileSync(file, "utf8")).toBe(`2026-11-21T02:53:33Z [verbose] ${line}\n`);
});

test("whatever the fields hold, an entry is one line without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.anything({ withBigInt: true }), (message, value) => {
      const line = formatLogLine({ at, level: "error", message, fields: { value } });
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(line).toEndWith("\n");
    }),
  );
});

test("a full file becomes a backup that is named and compressed as by lumberjack", () => {
  writeFileSync(file, "x".repeat(1024 * 1024), { mode: 0o600 });
  logTo({ maxSize: 1 })("error", "first of the new file");
  expect(readdirSync(dir).sort()).toEqual(["multus-2026-11-21T02-53-33.123.log.gz", "multus.log"]);
  const compressed = readFileSync(`${dir}/multus-2026-11-21T02-53-33.123.log.gz`);
  expect(Buffer.from(Bun.gunzipSync(compressed)).toString()).toBe("x".repeat(1024 * 1024));
  expect(linesOf(file)).toEqual(["2026-11-21T02:53:33Z [error] first of the new file"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("backups that are too many or too old go, other files stay", () => {
  const backups = [
    "2026-11-20T00-00-00.000.log",
    "2026-11-19T00-00-00.000.log.gz",
    "2026-11-18T00-00-00.000.log",
    "2026-11-10T00-00-00.000.log.gz.tmp",
  ];
  const others = ["multus-notes.log", "multus-2026-11-01.log", "other-2026-11-01T00-00-00.000.log"];
  for (const name of [...backups.map((backup) => `multus-${backup}`), ...others])
    writeFileSync(`${dir}/${name}`, "");
  const rotate = (options: LogOptions) => {
    writeFileSync(file, "x".repeat(2000));
    logTo({ maxSize: 0.001, compress: false, ...options })("error", "more");
    return readdirSync(dir)
      .filter((name) => !others.includes(name) && name !== "multus.log")
      .sort();
  };
  const kept = [...backups.map((backup) => `multus-${backup}`), "multus-2026-11-21T02-53-33.123.log"].sort();
  expect(rotate({ maxAge: 0, maxBackups: 0 })).toEqual(kept);
  rmSync(`${dir}/multus-2026-11-21T02-53-33.123.log`);
  expect(rotate({ maxAge: 5, maxBackups: 0 })).toEqual(kept.slice(1));
  rmSync(`${dir}/multus-2026-11-21T02-53-33.123.log`);
  expect(rotate({ maxAge: 0, maxBackups: 2 })).toEqual(kept.slice(-2));
  expect(readdirSync(dir)).toContainValues(others);
});

test("processes that write and rotate at the same time lose and tear no line", async () => {
  const program = `
    import { createLog } from "${import.meta.dir}/log.ts";
    const log = createLog({ file: "${file}", level: "debug", toStderr: false, maxSize: 0.02, maxBackups: 0, compress: false });
    for (let n = 0; n < 400; n++) log("debug", "line", { from: process.argv.at(-1), n, padding: "x".repeat(100) });
  `;
  const writers = ["a", "b", "c"].map((name) => Bun.spawn([process.execPath, "-e", program, name]));
  expect(await Promise.all(writers.map((writer) => writer.exited))).toEqual([0, 0, 0]);
  const lines = readdirSync(dir).flatMap((name) => linesOf(`${dir}/${name}`));
  expect(lines.filter((line) => !/^\S+Z \[debug\] line from=[abc] n=\d+ padding=x{100}$/.test(line))).toEqual(
    [],
  );
  expect(new Set(lines).size).toBeGreaterThan(0);
  expect(lines.length).toBe(1200);
  expect(readdirSync(dir).length).toBeGreaterThan(3);
});

test("a log that cannot be written is one note on standard error, never a failure", () => {
  mkdirSync(file);
  const program = `
    import { createLog } from "${import.meta.dir}/log.ts";
    const log = createLog({ file: "${file}", level: "debug", toStderr: false });
    log("error", "one"); log("error", "two"); console.log("went on");
  `;
  const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", program]);
  expect(stdout.toString()).toBe("went on\n");
  expect(stderr.toString()).toMatch(/^\S+Z \[error\] the log cannot be written file=\S+ reason=EISDIR\n$/);
});

test("the folder of the file is made, and standard error is a log by default", () => {
  const program = `
    import { createLog } from "${import.meta.dir}/log.ts";
    createLog({ file: "${dir}/new/multus.log", level: "error" })("error", "hello");
  `;
  const { stderr } = Bun.spawnSync([process.execPath, "-e", program]);
  expect(stderr.toString()).toBe(readFileSync(`${dir}/new/multus.log`, "utf8"));
});
