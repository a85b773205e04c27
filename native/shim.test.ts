// SPDX-License-Identifier: Apache-2.0
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describeShim } from "../src/testing/shim-contract/index.ts";
import { buildShim } from "./build-shim.ts";

describeShim("the static shim", (dir) => {
  const shim = join(dir, "multus");
  copyFileSync(buildShim(), shim);
  return [shim];
});
