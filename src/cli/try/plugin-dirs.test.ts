// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { basename, dirname } from "node:path";
import { findPluginDirs } from "./plugin-dirs.ts";

test("folders that were asked for are taken in their order, as absolute paths, and no others", () => {
  const parent = dirname(import.meta.dir);
  expect(findPluginDirs([import.meta.dir, parent])).toEqual([import.meta.dir, parent]);
  expect(findPluginDirs(["."])).toEqual([process.cwd()]);
});

for (const dir of ["/nosuch", import.meta.path]) {
  test(`--bin-dir ${basename(dir)} is refused with exit code 2`, () => {
    expect(() => findPluginDirs([dir])).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => findPluginDirs([dir])).toThrow(`--bin-dir: there is no folder "${dir}"`);
  });
}
