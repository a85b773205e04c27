// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { describeShim } from "../src/testing/shim-contract/index.ts";
import { installShim } from "./built-shim.ts";

const emulator = Bun.which("qemu-aarch64-static");
const canTry = emulator !== null && Bun.which("aarch64-linux-gnu-gcc") !== null;

// Whoever builds for arm64 can install the emulator; nobody else has to wait for it.
if (canTry) describeShim("the static shim for arm64", (dir) => [emulator, ...installShim("arm64", dir)]);
test("arm64 is tried where there are a compiler and an emulator for it", () => {
  expect(canTry).toBeBoolean();
});
