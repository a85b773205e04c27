// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import type { LogLevel } from "../../attachments/index.ts";
import { createStructuredLog } from "./structured-log.ts";

function record(level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = createStructuredLog({ level, fields: { node: "n1" }, write: (line) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "") };
}

const jwt = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"x"}').toString("base64url")}.c2ln-bmF0dXJl`;

test("a line is one JSON object with level, time, the fields and the message", () => {
  const { log, lines, last } = record();
  log("verbose", "attached", { pod: "default/web", network: "default/a", interface: "net1", ms: 12 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toEndWith("}\n");
  expect(Object.keys(last())).toEqual(["level", "time", "node", "pod", "network", "interface", "ms", "msg"]);
  expect(last()).toMatchObject({ level: "info", node: "n1", pod: "default/web", ms: 12, msg: "attached" });
  expect(new Date(last().time).getTime()).toBeGreaterThan(Date.now() - 60_000);
});

const levels: readonly (readonly [LogLevel, readonly string[]])[] = [
  ["debug", ["debug", "info", "error", "fatal"]],
  ["verbose", ["info", "error", "fatal"]],
  ["error", ["error", "fatal"]],
  ["panic", ["fatal"]],
];

test.each(levels)("%s shows this level and the graver ones", (level, shown) => {
  const { log, lines } = record(level);
  for (const each of ["debug", "verbose", "error", "panic"] as const) log(each, "said");
  expect(lines.map((line) => JSON.parse(line).level)).toEqual([...shown]);
});

const secrets: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ["by its key", { token: "s3cr3t-value" }, "s3cr3t-value"],
  ["by a key in an object", { user: { password: "s3cr3t-value" } }, "s3cr3t-value"],
  ["by a key in a list", { users: [{ "client-key-data": "s3cr3t-value" }] }, "s3cr3t-value"],
  ["a JWT in a text", { reason: `the answer was ${jwt}` }, jwt],
  ["a JWT in an error", { error: new Error(`cannot use ${jwt}`) }, jwt],
  ["a header", { header: "Authorization: Bearer abcdefgh12345678" }, "abcdefgh12345678"],
];

test.each(secrets)("a secret is not written: %s", (_, fields, secret) => {
  const { log, lines } = record();
  log("error", "failed", fields);
  expect(lines[0]).toContain("[secret]");
  expect(lines[0]).not.toContain(secret);
});

test("what is no secret stays, whatever it looks like", () => {
  const { log, last } = record();
  const circle: Record<string, unknown> = { a: 1n };
  circle.self = circle;
  log("error", "failed", {
    level: "x",
    circle,
    plugin: "tokenring",
    at: new Date(0),
    error: new Error("no"),
  });
  expect(last()).toMatchObject({
    level: "error",
    level_: "x",
    plugin: "tokenring",
    at: "1970-01-01T00:00:00.000Z",
    error: "no",
    circle: { a: "1" },
  });
});

test("it works in a compiled executable, whose standard error may be closed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plures-log-"));
  try {
    const source = join(folder, "main.ts");
    const program = `async function main() {
      const { createStructuredLog } = await import(${JSON.stringify(join(import.meta.dir, "structured-log.ts"))});
      createStructuredLog({ level: "debug" })("verbose", "said", { pod: "a/b" });
      console.log("done");
    }
    main();`;
    await writeFile(source, program);
    const executable = join(folder, "main");
    await $`${process.execPath} build --compile --bytecode ${source} --outfile ${executable}`.quiet();
    const ran = await $`${executable}`.quiet();
    expect(JSON.parse(ran.stderr.toString())).toMatchObject({ level: "info", pod: "a/b", msg: "said" });
    const closed = await $`sh -c ${`${executable} 2>&-`}`.quiet();
    expect(closed.stdout.toString()).toBe("done\n");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 30_000);
