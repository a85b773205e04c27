// SPDX-License-Identifier: Apache-2.0
import { describeShim } from "../src/testing/shim-contract/index.ts";
import { installShim } from "./built-shim.ts";

// AddressSanitizer and UBSan end the shim, with an exit code that no story expects, at the first wrong step.
describeShim("the static shim under sanitizers", (dir) => installShim("sanitized", dir));
