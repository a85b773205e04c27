// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync } from "node:fs";
import { carryThroughAgent } from "../../testing/stories/carriers.ts";
import { describeStories } from "../../testing/stories/index.ts";
import { createTestNodes } from "../../testing/stories/test-node.ts";

const typescript = `${import.meta.dir}/../../testing/shim-contract/typescript-shim.ts`;
/** Made by `make shim`; the TypeScript one is the reference where it was not. */
const native = `${import.meta.dir}/../../../dist/multus`;

const throughTypescript = carryThroughAgent((dir) => [process.execPath, typescript, `${dir}/plures`]);
describeStories("with an agent, TypeScript shim", createTestNodes(throughTypescript));

if (existsSync(native)) {
  const throughNative = carryThroughAgent((dir) => {
    copyFileSync(native, `${dir}/multus`);
    return [`${dir}/multus`];
  });
  describeStories("with an agent, static shim", createTestNodes(throughNative));
}
