// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { carryThroughAgent } from "../testing/stories/carriers.ts";
import { describeStories } from "../testing/stories/index.ts";
import { createTestNodes } from "../testing/stories/test-node.ts";

const typescript = `${import.meta.dir}/../testing/shim-contract/typescript-shim.ts`;
/** Made by `make shim`; the TypeScript one is the reference where it was not. */
const native = `${import.meta.dir}/../../dist/multus`;

// Beside neither is an executable that could go on alone: what the agent does not answer fails.
const throughTypescript = carryThroughAgent((folder) => [
  process.execPath,
  typescript,
  `${folder}/no-plures`,
]);
describeStories("with an agent, TypeScript shim", createTestNodes(throughTypescript));

if (existsSync(native)) {
  const throughNative = carryThroughAgent(() => [native]);
  describeStories("with an agent, static shim", createTestNodes(throughNative));
}
