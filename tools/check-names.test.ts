// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkNames } from "./check-names.ts";

const rows = [
  { path: "src/cni/network-config.ts", problems: 0 },
  { path: "src/cni/network-config.test.ts", problems: 0 },
  { path: "src/cni/utils.ts", problems: 1 },
  { path: "src/common/errors.ts", problems: 1 },
  { path: "src/cni/plugin-manager.ts", problems: 1 },
  { path: "src/cni/networkConfig.ts", problems: 1 },
  { path: "src/cni/network_config.test.ts", problems: 1 },
  { path: "src/cni/fixtures/utils.ts", problems: 0 },
  { path: "docs/Common.md", problems: 0 },
];

for (const { path, problems } of rows) {
  test(`${path}: ${problems} problems`, () => {
    expect(checkNames([{ path, text: "" }])).toHaveLength(problems);
  });
}
