// SPDX-License-Identifier: Apache-2.0
import { describeShim } from "../testing/shim-contract/index.ts";

const program = `${import.meta.dir}/../testing/shim-contract/typescript-shim.ts`;

describeShim("the TypeScript shim", (dir) => [process.execPath, program, `${dir}/plures`]);
