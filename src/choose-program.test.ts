// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { chooseProgram } from "./choose-program.ts";

const rows = [
  { start: "multus", args: [], cniCommand: "ADD", program: "cni" },
  { start: "multus", args: [], cniCommand: undefined, program: "cni" },
  { start: "/opt/cni/bin/multus", args: [], cniCommand: "DEL", program: "cni" },
  { start: "./multus-shim", args: [], cniCommand: "STATUS", program: "cni" },
  { start: "/opt/cni/bin/plures", args: [], cniCommand: "ADD", program: "cni" },
  { start: "plures", args: ["cni"], cniCommand: "ADD", program: "cni" },
  { start: "plures", args: ["cni"], cniCommand: undefined, program: "cni" },
  { start: "plures", args: [], cniCommand: undefined, program: "cli" },
  { start: "plures", args: ["cni", "--alone", "no agent"], cniCommand: "ADD", program: "cni" },
  { start: "plures", args: ["cni", "--take-back", "it went away"], cniCommand: "ADD", program: "cni" },
  { start: "plures", args: ["cni", "--alone", "--help"], cniCommand: "ADD", program: "cli" },
  { start: "plures", args: ["cni", "gc", "--socket-dir", "/x"], cniCommand: undefined, program: "cni" },
  { start: "plures", args: ["cni", "gc", "--help"], cniCommand: undefined, program: "cli" },
  { start: "plures", args: ["gc"], cniCommand: undefined, program: "cli" },
  { start: "multus", args: ["gc", "/opt/cni/bin"], cniCommand: undefined, program: "cni" },
  { start: "plures", args: ["cni", "--help"], cniCommand: undefined, program: "cli" },
  { start: "plures", args: ["try", "-f", "x"], cniCommand: "ADD", program: "cli" },
  { start: "multus", args: ["--version"], cniCommand: undefined, program: "cli" },
  { start: "/multus/plures", args: [], cniCommand: undefined, program: "cli" },
] as const;

for (const { start, args, cniCommand, program } of rows) {
  test(`${start} ${args.join(" ")} with CNI_COMMAND ${cniCommand ?? "unset"} is ${program}`, () => {
    expect(chooseProgram({ startedAs: start, args, cniCommand })).toBe(program);
  });
}
