// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { searchDirsOf } from "./search-dirs.ts";

test("binDir is searched before CNI_PATH, and that before the folders of an earlier plan, each folder once", () => {
  const [config, request] = [{ binDir: "/own" }, { searchPath: ["/a", "/own", "/a"] }];
  expect(searchDirsOf(config, request)).toEqual(["/own", "/a"]);
  expect(searchDirsOf(config, request, ["/b", "/a"])).toEqual(["/own", "/a", "/b"]);
});
