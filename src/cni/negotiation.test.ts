// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { negotiateVersion } from "./negotiation.ts";
import { type CniVersion, cniVersions, isAtLeast } from "./versions.ts";

const upTo100 = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0"];

test.each<[CniVersion, (string[] | undefined)[], CniVersion | undefined]>([
  ["1.1.0", [], "1.1.0"],
  ["1.1.0", [undefined, undefined], "1.1.0"],
  ["0.3.1", [upTo100], "0.3.1"],
  ["1.1.0", [upTo100], "1.0.0"],
  ["1.1.0", [upTo100, ["0.3.0", "0.3.1"]], "0.3.1"],
  ["1.1.0", [upTo100, undefined], "1.0.0"],
  ["0.3.1", [["1.0.0", "1.1.0"]], "1.0.0"],
  ["0.3.1", [["1.1.0", "1.0.0"], ["1.1.0"]], "1.1.0"],
  ["1.0.0", [["0.1.0"], ["1.0.0"]], undefined],
  ["1.0.0", [[]], undefined],
  ["1.0.0", [["9.0.0", "0.4.0", "nonsense"]], "0.4.0"],
])("%s, with plugins that know %j, becomes %s", (wanted, supported, chosen) => {
  expect(negotiateVersion(wanted, supported)).toBe(chosen);
});

test("the choice is common to all, and nothing between it and what is wanted is", () => {
  const lists = fc.array(fc.option(fc.subarray([...cniVersions, "7.0.0"]), { nil: undefined }));
  fc.assert(
    fc.property(fc.constantFrom(...cniVersions), lists, (wanted, supported) => {
      const isCommon = (version: string) =>
        supported.every((list) => list === undefined || list.includes(version));
      const common = cniVersions.filter(isCommon);
      const chosen = negotiateVersion(wanted, supported);
      expect(chosen === undefined).toBe(common.length === 0);
      if (chosen === undefined) return;
      const low = isAtLeast(wanted, chosen);
      const better = common.filter((version) =>
        low ? isAtLeast(wanted, version) && isAtLeast(version, chosen) : isAtLeast(chosen, version),
      );
      expect(better).toEqual([chosen]);
    }),
  );
});
