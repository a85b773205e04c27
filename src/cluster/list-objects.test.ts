// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import type { ApiAnswer } from "./connection.ts";
import { listObjects } from "./list-objects.ts";

/** A server of 620 objects that makes pages when a limit is asked for, and what it was asked. */
function createLister(answer?: (path: string, asked: number) => ApiAnswer | undefined) {
  const asked: string[] = [];
  const send = async (path: string): Promise<ApiAnswer> => {
    asked.push(path.split("?")[1] ?? "");
    const query = new URLSearchParams(asked.at(-1));
    const start = Number(query.get("continue") ?? "0");
    const end = Math.min(620, start + Number(query.get("limit") ?? "620"));
    const items = Array.from({ length: end - start }, (_, index) => ({ n: start + index }));
    const metadata = { resourceVersion: "77", ...(end < 620 && { continue: String(end) }) };
    return answer?.(path, asked.length) ?? { ok: true, body: { metadata, items } };
  };
  const list = (from: string) =>
    listObjects({ path: "/things", query: { a: "1" }, from, send, convert: ({ n }) => Number(n) });
  return { asked, list };
}

test.each([
  ["from memory", "0", ["a=1&resourceVersion=0"]],
  ["no older than a version", "55", ["a=1&resourceVersion=55"]],
  ["the newest, in pages", "", ["a=1&limit=250", "a=1&limit=250&continue=250", "a=1&limit=250&continue=500"]],
])("%s: every object once", async (_, from, queries) => {
  const { asked, list } = createLister();
  const listing = await list(from);
  expect(listing).toEqual({
    ok: true,
    objects: Array.from({ length: 620 }, (_, index) => index),
    version: "77",
  });
  expect(asked).toEqual(queries);
});

test("a page that fails fails the list: half a list is none", async () => {
  const failure = { kind: "gone", message: "too old" } as const;
  const { list } = createLister((_, asked) => (asked === 2 ? { ok: false, failure } : undefined));
  expect(await list("")).toEqual({ ok: false, failure });
});

test.each([[{}], [{ items: [] }], [{ items: {}, metadata: { resourceVersion: "1" } }]])(
  "what is no list is a failure: %j",
  async (body) => {
    const { list } = createLister(() => ({ ok: true, body }));
    expect(await list("0")).toMatchObject({ ok: false, failure: { kind: "unexpected" } });
  },
);
