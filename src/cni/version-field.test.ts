// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { readCniVersion } from "./version-field.ts";
import { cniVersions } from "./versions.ts";

test.each(cniVersions.map((version) => [version]))("%s is known", (version) => {
  expect(readCniVersion({ cniVersion: version }, "x")).toBe(version);
});

test.each([
  [{}, "0.1.0"],
  [{ cniVersion: "" }, "0.1.0"],
  [{ cniVersion: null }, "0.1.0"],
  [{ cniVersions: [] }, "0.1.0"],
  [{ cniVersions: ["0.3.1", "1.0.0", "0.4.0"] }, "1.0.0"],
  [{ cniVersions: ["1.0.0", "9.9.9"] }, "1.0.0"],
  [{ cniVersion: "1.1.0", cniVersions: ["0.4.0"] }, "1.1.0"],
  [{ cniVersion: "9.0.0", cniVersions: ["0.4.0"] }, "0.4.0"],
])("%j has version %s", (config, version) => {
  expect(readCniVersion(config, "x") as string).toBe(version);
});

test.each([
  [{ cniVersion: "1.2.0" }, 1, 'x: cniVersion "1.2.0" is not supported'],
  [{ cniVersion: "v1.0.0" }, 1, 'x: cniVersion "v1.0.0" is not supported'],
  [{ cniVersions: ["2.0.0", "3.0.0"] }, 1, 'x: cniVersion "2.0.0, 3.0.0" is not supported'],
  [{ cniVersion: 1 }, 7, "x: cniVersion must be a string"],
  [{ cniVersions: "1.0.0" }, 7, "x: cniVersions must be a list of strings"],
  [{ cniVersions: [1] }, 7, "x: cniVersions must be a list of strings"],
])("%j is refused", (config, code, message) => {
  expect(cniErrorOf(() => readCniVersion(config, "x"))).toMatchObject({ code, message });
});
