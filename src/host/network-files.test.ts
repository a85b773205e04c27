// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createNetworkFiles } from "./network-files.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-netd-`);
});
afterEach(() => rmSync(dir, { recursive: true }));

const { readFile, readFolder } = createNetworkFiles();

test("a folder is read in the order of libcni, configurations only", async () => {
  // U+FF5E sorts after U+1F600 by UTF-16 units, before it by bytes.
  const names = ["\u{1F600}.conf", "\uFF5E.conf", "b.json", "B.conf", "10-x.conflist", "9-x.conf", ".conf"];
  for (const name of [...names, "a.conf.bak", "readme", "conf"])
    writeFileSync(`${dir}/${name}`, `text of ${name}`);
  mkdirSync(`${dir}/0.conf`);
  symlinkSync("/no/such/file", `${dir}/1.conf`);
  symlinkSync("b.json", `${dir}/2.conf`);
  const order = [
    ".conf",
    "10-x.conflist",
    "2.conf",
    "9-x.conf",
    "B.conf",
    "b.json",
    "\uFF5E.conf",
    "\u{1F600}.conf",
  ];
  expect(await readFolder(dir)).toEqual(
    order.map((name) => ({ path: `${dir}/${name}`, text: `text of ${name === "2.conf" ? "b.json" : name}` })),
  );
});

test("an empty folder is a folder, a file or nothing is none", async () => {
  writeFileSync(`${dir}/file`, "");
  expect(await readFolder(dir)).toEqual([]);
  expect(await readFolder(`${dir}/file`)).toBeUndefined();
  expect(await readFolder(`${dir}/absent`)).toBeUndefined();
});

test("a file is read to the byte; a folder or nothing is none", async () => {
  writeFileSync(`${dir}/a.conf`, '{"mtu": 12345678901234567890,\r\n "name":"ü"}');
  expect(await readFile(`${dir}/a.conf`)).toEqual({
    path: `${dir}/a.conf`,
    text: '{"mtu": 12345678901234567890,\r\n "name":"ü"}',
  });
  expect(await readFile(dir)).toBeUndefined();
  expect(await readFile(`${dir}/absent`)).toBeUndefined();
});

test("what cannot be read is an error that names it", async () => {
  symlinkSync("loop.conf", `${dir}/loop.conf`);
  const failure = { code: 5, message: `reading the CNI configuration: ELOOP at "${dir}/loop.conf"` };
  await expect(readFile(`${dir}/loop.conf`)).rejects.toMatchObject(failure);
  await expect(readFolder(dir)).rejects.toMatchObject(failure);
});
