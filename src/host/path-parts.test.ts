// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { basename, dirname, extname } from "node:path";
import { folderOf, splitName } from "./path-parts.ts";

test.each([
  "/var/log/multus.log",
  "/multus.log",
  "/",
  "/a.b/c",
  "/a/.conf",
  "/a/b.log.gz",
  "/a/b.",
  "multus.log",
  "a",
  "a/b",
])("%p is split as node:path does", (path) => {
  const { stem, extension } = splitName(path);
  expect({ folder: folderOf(path), stem, extension }).toEqual({
    folder: dirname(path),
    stem: basename(path, extname(path)),
    extension: extname(path),
  });
});
