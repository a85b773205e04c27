// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { createPlainPods } from "./plain-pods.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/plures-plain-`);
  path = `${folder}/plures/plain-pods.json`;
});
afterEach(() => rmSync(folder, { recursive: true }));

const web = { namespace: "default", name: "web", uid: "1-2" };

test("only the very pod is known, until the list is written anew", async () => {
  const pods = createPlainPods(path);
  pods.write([web, { ...web, name: "db", uid: "3" }]);
  const asked = [
    web,
    { ...web, uid: "9" },
    { ...web, name: "we" },
    { ...web, namespace: "x" },
    { ...web, uid: "" },
  ];
  const reader = createPlainPods(path);
  expect(await Promise.all(asked.map(reader.knows))).toEqual([true, false, false, false, false]);
  pods.write([]);
  expect(await reader.knows(web)).toBe(false);
});

test("a pod without UID is not written down: any pod of that name would be it", async () => {
  const pods = createPlainPods(path);
  pods.write([{ ...web, uid: "" }]);
  expect(await pods.knows({ ...web, uid: "" })).toBe(false);
});

test("the file is for root alone, whole, and not longer than it is ever read", async () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    ...web,
    name: "n".repeat(250),
    uid: `${index}`,
  }));
  const pods = createPlainPods(path);
  pods.write(many);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${folder}/plures`)).toEqual(["plain-pods.json"]);
  expect(await Promise.all([0, 1999, 2000].map((index) => pods.knows(many[index] ?? web)))).toEqual([
    true,
    true,
    false,
  ]);
});

test.each(["", "{", "[]", '{"schemaVersion":2,"pods":["1-2 default/web"]}', " ".repeat(2 ** 20 + 1)])(
  "a file that is damaged, newer or too long lists nobody (%#)",
  async (text) => {
    mkdirSync(`${folder}/plures`);
    writeFileSync(path, text);
    expect(await createPlainPods(path).knows(web)).toBe(false);
  },
);

test("a list that cannot be written is told by its path", () => {
  mkdirSync(path, { recursive: true });
  const error = cniErrorOf(() => createPlainPods(path).write([web]));
  expect(error.code).toBe(5);
  expect(error.message).toContain(path);
});
