// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { factResources, resourcePath } from "../../cluster/facts/index.ts";

const page = readFileSync(join(import.meta.dir, "../../../docs/commands/facts.md"), "utf8");

test("what the page says to record is what is read", () => {
  const [, script = ""] = /^for path in \\\n((?:.|\n)*?)\ndo$/m.exec(page) ?? [];
  const recorded = script.split(/[\s\\]+/).filter((word) => word !== "");
  const read = Object.values(factResources).map((resource) => resourcePath(resource, {}));
  expect(recorded.toSorted()).toEqual(["/version", "/apis", ...read].toSorted());
});
