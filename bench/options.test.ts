// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { readOptions } from "./options.ts";

describe("options", () => {
  test("have defaults: 40 pods, text, what make builds", () => {
    const { pods, output, plures, shim } = readOptions([]);
    expect({ pods, output }).toEqual({ pods: 40, output: "text" });
    expect(plures).toEndWith("/dist/plures");
    expect(shim).toEndWith("/dist/multus");
  });

  test("are read", () => {
    const executables = ["--plures", "/opt/cni/bin/plures", "--shim", "/opt/cni/bin/multus"];
    expect(readOptions(["--pods", "8", "-o", "json", ...executables])).toEqual({
      pods: 8,
      output: "json",
      plures: "/opt/cni/bin/plures",
      shim: "/opt/cni/bin/multus",
    });
  });

  const wrong: readonly [readonly string[], string][] = [
    [["--pods", "0"], '--pods is "0"'],
    [["--pods", "81"], "from 1 to 80"],
    [["--pods", "many"], '--pods is "many"'],
    [["--pods", "1.5"], '--pods is "1.5"'],
    [["-o", "yaml"], "allowed are text and json"],
    [["--fast"], "--fast"],
  ];
  test.each(wrong)("%p are refused: %s", (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
