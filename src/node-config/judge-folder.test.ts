// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { anAgentConfig, ciliumText, flannelText } from "./builders.ts";
import { choosePrimary } from "./choose-primary.ts";
import { judgeFolder } from "./judge-folder.ts";
import type { OwnFileName } from "./own-files.ts";

const ours = "text that we wrote";

interface Row {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly writes?: OwnFileName | "none";
  /** `reason file`, in order. */
  readonly finds: readonly string[];
}

const rows: readonly Row[] = [
  {
    what: "a folder as it should be",
    files: { "00-multus.conflist": ours, "10-flannel.conflist": flannelText, "multus.d": "" },
    finds: [],
  },
  {
    what: "both names, one from an older agent",
    files: { "00-multus.conf": ours, "00-multus.conflist": ours },
    finds: ["second-own-name 00-multus.conf"],
  },
  {
    what: "both names, one of upstream",
    files: { "00-multus.conf": '{"type":"multus-shim"}', "00-multus.conflist": ours },
    finds: ["second-own-name 00-multus.conf"],
  },
  {
    what: "both names, one emptied",
    files: { "00-multus.conf": "", "00-multus.conflist": ours },
    finds: ["second-own-name 00-multus.conf"],
  },
  {
    what: "a name of ours with somebody else's configuration",
    files: { "00-multus.conf": flannelText, "00-multus.conflist": ours },
    finds: ["other-file-in-the-way 00-multus.conf"],
  },
  {
    what: "a foreign configuration that sorts first",
    files: { "00-aaa.conflist": ciliumText, "00-multus.conflist": ours },
    finds: ["foreign-config-first 00-aaa.conflist"],
  },
  {
    what: "a broken one that sorts first stops the runtime all the same",
    files: { "00-aaa.json": "{", "00-multus.conflist": ours },
    finds: ["foreign-config-first 00-aaa.json"],
  },
  {
    what: "between the two names of ours",
    files: { "00-multus.conf.conf": "", "00-multus.conflist": ours },
    finds: ["foreign-config-first 00-multus.conf.conf"],
  },
  {
    what: "what is no configuration for a runtime may sort anywhere",
    files: { "00-aaa.bak": ciliumText, "00-multus.conf": ours },
    writes: "00-multus.conf",
    finds: [],
  },
  {
    what: "Cilium's renaming",
    files: {
      "00-multus.conf.cilium_bak": ours,
      "00-multus.conflist.cilium_bak": ours,
      "00-multus.conflist": ours,
    },
    finds: ["renamed-copy 00-multus.conf.cilium_bak", "renamed-copy 00-multus.conflist.cilium_bak"],
  },
  {
    what: "somebody's renaming, but not our temporary files",
    files: { "00-multus.conf.old": ours, "00-multus.conf.1-2-3.tmp": ours, "00-multus.conflist": ours },
    finds: ["renamed-copy 00-multus.conf.old"],
  },
  {
    what: "before anything is written, foreign files that will sort first",
    files: { "00-multus.conf": "x", "00-aaa.conf": ciliumText, "10-flannel.conflist": flannelText },
    writes: "none",
    finds: ["foreign-config-first 00-aaa.conf"],
  },
];

test.each(rows)("$what", ({ files, writes = "00-multus.conflist", finds }) => {
  const findings = judgeFolder({
    files: Object.entries(files).map(([name, text]) => ({ name, text })),
    ours: writes === "none" ? undefined : writes,
    isOurs: (text) => text === ours,
    choice: { kind: "absent", reason: "", skipped: [] },
  });
  expect(findings.map(({ reason, file }) => `${reason} ${file}`)).toEqual([...finds]);
});

test("a primary that cannot be used is named, with what is wrong in it", () => {
  const path = "/etc/cni/net.d/10-flannel.conflist";
  const choice = choosePrimary({
    files: [{ path, text: "" }],
    identity: anAgentConfig().primary,
    known: { path, name: "cbr0", type: "flannel" },
  });
  const [finding] = judgeFolder({ files: [], ours: undefined, isOurs: () => false, choice });
  expect(finding?.reason).toBe("primary-unusable");
  expect(finding?.message).toBe(`the primary network's configuration cannot be used: "${path}" is empty`);
});
