// SPDX-License-Identifier: Apache-2.0
import { describeShim } from "../src/testing/shim-contract/index.ts";
import { buildShim, installShim } from "./built-shim.ts";

buildShim("x64");
describeShim("the static shim", (dir) => installShim("x64", dir));

// AddressSanitizer and UBSan end the shim, with an exit code that no story expects, at the first wrong step.
buildShim("sanitized");
describeShim("the static shim under sanitizers", (dir) => installShim("sanitized", dir));

const emulator = Bun.which("qemu-aarch64-static");

// Whoever builds for arm64 can install the emulator; nobody else has to wait for it.
if (emulator !== null && Bun.which("aarch64-linux-gnu-gcc") !== null) {
  buildShim("arm64");
  describeShim("the static shim for arm64", (dir) => [emulator, ...installShim("arm64", dir)]);
}
