// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseWatchLine, splitLines } from "./watch-lines.ts";

const recorded = (name: string): { events: unknown[]; body: unknown } =>
  JSON.parse(readFileSync(join(import.meta.dir, "fixtures", name), "utf8"));

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    yield bytes.slice(start, start + size);
    start += size;
  }
}

test("a recorded watch: initial events end, addition, change, deletion, bookmark", () => {
  const lines = recorded("watch-with-bookmarks.json").events.map((event) =>
    parseWatchLine(JSON.stringify(event)),
  );
  expect(lines.map((line) => [line.kind, "version" in line ? line.version : ""])).toEqual([
    ["bookmark", "11056"],
    ["set", "11058"],
    ["set", "11059"],
    ["delete", "11060"],
    ["bookmark", "11060"],
  ]);
});

test("a recorded 410 inside a watch", () => {
  const { body } = recorded("410-watch-expired.json");
  expect(parseWatchLine(JSON.stringify(body))).toMatchObject({ kind: "failed", failure: { kind: "gone" } });
});

test.each([
  "",
  "nonsense",
  "[]",
  '{"type":"ADDED"}',
  '{"type":"ADDED","object":{"metadata":{}}}',
  '{"type":"ADDED","object":{"metadata":{"resourceVersion":5}}}',
  '{"type":"NEW","object":{"metadata":{"resourceVersion":"5"}}}',
])("malformed: %j", (line) => {
  expect(parseWatchLine(line)).toEqual({ kind: "malformed", text: line });
});

test("an ERROR with Retry-After says how long", () => {
  const object = { kind: "Status", code: 429, details: { retryAfterSeconds: 3 } };
  expect(parseWatchLine(JSON.stringify({ type: "ERROR", object }))).toMatchObject({
    failure: { kind: "too-many", retryAfterMs: 3_000 },
  });
});

test("lines are whole however the bytes come, and half a line at the end is none", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })),
      fc.array(fc.integer({ min: 0, max: 9 })),
      async (texts, sizes) => {
        const lines = texts.map((text) => JSON.stringify({ text }));
        const bytes = new TextEncoder().encode(`${lines.map((line) => `${line}\n`).join("")}{"half":`);
        expect(await Array.fromAsync(splitLines(chunksOf(bytes, sizes)))).toEqual(lines);
      },
    ),
    { numRuns: 50 },
  );
});

test("a line that does not end is not kept for ever", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1024 * 1024).fill(97);
  }
  await expect(Array.fromAsync(splitLines(endless()))).rejects.toThrow(RangeError);
});
