// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkBoundaries } from "./check-boundaries.ts";

const rows = [
  { path: "src/cni/a.ts", text: 'import { x } from "./b.ts";' },
  {
    path: "src/cni/a.ts",
    text: 'import { x } from "../attachments/index.ts";',
    message: "may not import src/attachments",
  },
  { path: "src/cni/a.ts", text: 'import { readFile } from "node:fs";', message: "may not import node:fs" },
  { path: "src/cni/a.ts", text: 'import type { Stats } from "node:fs";', message: "may not import node:fs" },
  { path: "src/cni/a.ts", text: 'export * from "bun";', message: "may not import bun" },
  { path: "src/cni/a.ts", text: 'const x = await import("node:fs");', message: "may not import node:fs" },
  { path: "src/cni/a.ts", text: 'import "node:fs";', message: "may not import node:fs" },
  { path: "src/cni/a.ts", text: 'import { parse } from "yaml";', message: "the package yaml is not allowed" },
  { path: "src/cni/a.ts", text: "const t = Bun.file(x);", message: "may not use Bun" },
  { path: "src/cni/a.ts", text: "const t = process.env.X;", message: "may not use process" },
  { path: "src/cni/a.ts", text: '// Bun.file would\nconst t = "process.env";' },
  { path: "src/cni/a.ts", text: "cluster.fetch(x); subprocess.kill();" },
  { path: "src/cni/a.ts", text: 'export const x = "node:fs";\nexport interface Y {\n  z: "bun";\n}' },
  { path: "src/cni/a.test.ts", text: 'import { readFile } from "node:fs"; Bun.gc();' },
  {
    path: "src/verbs/a.ts",
    text: 'import {\n  x,\n} from "../cni/errors.ts";',
    message: "reaches inside src/cni",
  },
  {
    path: "src/verbs/a.test.ts",
    text: 'import { x } from "../host/journal.ts";',
    message: "reaches inside src/host",
  },
  { path: "src/verbs/a.ts", text: 'import { x } from "../cni/index.ts";' },
  {
    path: "src/verbs/a.ts",
    text: 'import { type Log, x } from "../host/index.ts";',
    message: "may not import src/host",
  },
  { path: "src/host/a.ts", text: 'import { type Log, type Journal } from "../verbs/index.ts";' },
  { path: "src/host/a.ts", text: 'import type { Log } from "../verbs/index.ts";' },
  {
    path: "src/host/a.ts",
    text: 'import { type Log, add } from "../verbs/index.ts";',
    message: "may not import src/verbs",
  },
  { path: "src/host/a.ts", text: 'import type { Log } from "../verbs/ports.ts";' },
  { path: "src/shim/main.ts", text: 'import { x } from "commander";', message: "the package commander" },
  { path: "src/testing/a.ts", text: 'import { x } from "../host/journal.ts";' },
  { path: "src/main.ts", text: 'const x = () => import("./cli/main.ts");' },
  {
    path: "src/main.ts",
    text: 'const x = () => import("./cli/commands.ts");',
    message: "reaches inside src/cli",
  },
  { path: "src/novelty/a.ts", text: "", message: "is not in tools/boundaries.json" },
];

for (const { path, text, message } of rows) {
  test(`${path}: ${text} ${message === undefined ? "is fine" : message}`, () => {
    const problems = checkBoundaries([{ path, text }]);
    expect(problems.map((problem) => problem.message)).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    );
  });
}
