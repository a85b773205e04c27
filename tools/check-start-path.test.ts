// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkStartPath } from "./check-start-path.ts";

const main = 'import { x } from "../cluster/index.ts";';
const index = 'export * from "./kubeconfig.ts";';
const rows = [
  { kubeconfig: 'import { parse } from "yaml";', problems: ["src/cluster/kubeconfig.ts"] },
  { kubeconfig: 'import type { Document } from "yaml";', problems: [] },
  { kubeconfig: 'const load = () => import("yaml");', problems: [] },
  { kubeconfig: 'import { parse } from "jsonc-parser";', problems: ["src/cluster/kubeconfig.ts"] },
  { kubeconfig: 'const load = () => require("jsonc-parser/lib/esm/main.js");', problems: [] },
  { kubeconfig: 'import { parse } from "some-small-package";', problems: [] },
  {
    kubeconfig: 'import "./index.ts";\nimport { x } from "@grpc/grpc-js";',
    problems: ["src/cluster/kubeconfig.ts"],
  },
];

for (const { kubeconfig, problems } of rows) {
  test(`${kubeconfig} two imports away: ${problems.length} problems`, () => {
    const found = checkStartPath([
      { path: "src/shim/main.ts", text: main },
      { path: "src/cluster/index.ts", text: index },
      { path: "src/cluster/kubeconfig.ts", text: kubeconfig },
      { path: "src/cluster/not-loaded.ts", text: 'import { parse } from "yaml";' },
    ]);
    expect(found.map(({ path }) => path)).toEqual(problems);
  });
}
