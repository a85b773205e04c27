// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readCniArguments } from "./cni-arguments.ts";

const rows = [
  { args: [], start: { kind: "ask" } },
  { args: ["--alone", "no agent"], start: { kind: "alone", reason: "no agent" } },
  { args: ["--take-back", ""], start: { kind: "take-back", reason: "" } },
  { args: ["--alone"], start: undefined },
  { args: ["--alone", "one", "two"], start: undefined },
  { args: ["--other", "x"], start: undefined },
  { args: ["gc"], start: { kind: "sweep", socketDir: "/run/multus", searchDirs: ["/opt/cni/bin"] } },
  { args: ["gc", "/a", "/b"], start: { kind: "sweep", socketDir: "/run/multus", searchDirs: ["/a", "/b"] } },
  { args: ["gc", "--socket-dir", "/s", "/a"], start: { kind: "sweep", socketDir: "/s", searchDirs: ["/a"] } },
  { args: ["gc", "--socket-dir"], start: undefined },
  {
    args: ["gc", "--cni-dir", "/c", "--socket-dir", "/s"],
    start: { kind: "sweep", socketDir: "/s", cniDir: "/c", searchDirs: ["/opt/cni/bin"] },
  },
  { args: ["gc", "--other", "x"], start: undefined },
  { args: ["gc", "/a", "--socket-dir"], start: undefined },
  { args: ["gc", "a"], start: undefined },
  { args: ["gc", "/a", ""], start: undefined },
  { args: ["gc", "--socket-dir", "s"], start: undefined },
  { args: ["gc", "--cni-dir", "./c"], start: undefined },
] as const;

for (const { args, start } of rows) {
  test(`plures cni ${args.join(" ")}`, () => {
    if (start === undefined) expect(readCniArguments(args)).toBeUndefined();
    else expect(readCniArguments(args)).toMatchObject(start);
  });
}
