// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { attachedInParallel, configForRuntime } from "./node-config.ts";

test("a runtime passes the plugin with name and version of its list", () => {
  const list = { cniVersion: "1.0.0", name: "m", plugins: [{ type: "multus", delegates: [{ name: "d" }] }] };
  expect(JSON.parse(configForRuntime(JSON.stringify(list)))).toEqual({
    cniVersion: "1.0.0",
    name: "m",
    type: "multus",
    delegates: [{ name: "d" }],
  });
});

test("side by side is one more key", () => {
  expect(JSON.parse(attachedInParallel('{"type":"multus"}'))).toEqual({ type: "multus", attach: "parallel" });
});
