// SPDX-License-Identifier: Apache-2.0
import { describeShim } from "../src/testing/shim-contract/index.ts";
import { installShim } from "./built-shim.ts";

describeShim("the static shim", (dir) => installShim("x64", dir));
