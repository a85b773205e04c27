// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { ciliumText, flannelText } from "./builders.ts";
import { choosePrimary, type KnownPrimary } from "./choose-primary.ts";
import type { SkipReason } from "./look-at-candidate.ts";

const dir = "/etc/cni/net.d";
const multusText = '{"cniVersion":"0.3.1","name":"multus-cni-network","type":"multus-shim"}';
const nested =
  '{"name":"x","cniVersion":"1.0.0","plugins":[{"type":"meta","delegates":[{"type":"multus"}]}]}';
const podman = '{"name":"podman","cniVersion":"0.4.0","plugins":[{"type":"bridge"}]}';
const flannel: KnownPrimary = { path: `${dir}/10-flannel.conflist`, name: "cbr0", type: "flannel" };

interface Row {
  readonly what: string;
  /** By file name, in the runtime's order. */
  readonly files: Readonly<Record<string, string>>;
  readonly identity?: { readonly file?: string; readonly name?: string; readonly type?: string };
  readonly known?: KnownPrimary;
  /** A file name, or why there is none. */
  readonly gives: string;
  readonly skips?: readonly SkipReason[];
}

const rows: readonly Row[] = [
  {
    what: "the first that is usable",
    files: { "10-flannel.conflist": flannelText },
    gives: "10-flannel.conflist",
  },
  { what: "an empty folder", files: {}, gives: "absent: no primary network: there is no configuration" },
  {
    what: "never ourselves, under any name",
    files: {
      "00-multus.conf": "",
      "00-multus.conflist": podman,
      "05-m.conf": multusText,
      "06-n.conflist": nested,
    },
    gives: "absent: no primary network: there is no configuration",
    skips: ["own", "own", "own", "own"],
  },
  {
    what: "what is empty, broken or no network is passed over",
    files: {
      "05-a.conf": " \n",
      "06-b.conf": "{",
      "07-c.json": '{"name":"c"}',
      "08-d.conf": "[]",
      "10-flannel.conflist": flannelText,
    },
    gives: "10-flannel.conflist",
    skips: ["empty", "broken", "no-network", "broken"],
  },
  {
    what: "by name",
    files: { "05-cilium.conflist": ciliumText, "10-flannel.conflist": flannelText },
    identity: { name: "cbr0" },
    gives: "10-flannel.conflist",
    skips: ["other-name"],
  },
  {
    what: "by type",
    files: { "05-podman.conflist": podman, "10-cilium.conflist": ciliumText },
    identity: { type: "cilium-cni" },
    gives: "10-cilium.conflist",
    skips: ["other-type"],
  },
  {
    what: "by file",
    files: { "05-podman.conflist": podman, "10-cilium.conflist": ciliumText },
    identity: { file: "10-cilium.conflist" },
    gives: "10-cilium.conflist",
    skips: ["other-file"],
  },
  {
    what: "a name is not enough when the type is another",
    files: { "10-flannel.conflist": flannelText },
    identity: { name: "cbr0", type: "bridge" },
    gives: `absent: no primary network with name "cbr0" and type "bridge": "${dir}/10-flannel.conflist" is of type "flannel", not "bridge"`,
  },
  {
    what: "one that sorts before ours is not the primary",
    files: { "00-aaa.conflist": podman, "10-flannel.conflist": flannelText },
    gives: "10-flannel.conflist",
    skips: ["sorts-first"],
  },
  {
    what: "unless it is asked for",
    files: { "00-aaa.conflist": podman },
    identity: { name: "podman" },
    gives: "00-aaa.conflist",
  },
  {
    what: "a known primary that is empty is waited for",
    files: { "10-flannel.conflist": "", "87-podman.conflist": podman },
    known: flannel,
    gives: `unusable: "${dir}/10-flannel.conflist" is empty`,
  },
  {
    what: "and so is a half written one",
    files: { "10-flannel.conflist": flannelText.slice(0, 100), "87-podman.conflist": podman },
    known: flannel,
    gives: `unusable: "${dir}/10-flannel.conflist" cannot be used: line 7 column 7: the closing double quote of this string is missing`,
  },
  {
    what: "and one that is asked for by file",
    files: { "10-flannel.conflist": "{" },
    identity: { file: "10-flannel.conflist" },
    gives: `unusable: "${dir}/10-flannel.conflist" cannot be used: line 1 column 2: a closing brace '}' is missing`,
  },
  {
    what: "a broken file that was never the primary does not hold anybody up",
    files: { "10-calico.conflist": "{", "87-podman.conflist": podman },
    known: flannel,
    gives: "87-podman.conflist",
  },
  {
    what: "one that sorts earlier takes over, as in the runtime",
    files: { "05-cilium.conflist": ciliumText, "10-flannel.conflist": flannelText },
    known: flannel,
    gives: "05-cilium.conflist",
  },
];

test.each(rows)("$what", ({ files, identity, known, gives, skips }) => {
  const choice = choosePrimary({
    files: Object.entries(files).map(([name, text]) => ({ path: `${dir}/${name}`, text })),
    identity: { file: undefined, name: undefined, type: undefined, ...identity },
    known,
  });
  const told =
    choice.kind === "chosen" ? choice.primary.path.slice(dir.length + 1) : `${choice.kind}: ${choice.reason}`;
  expect(told).toBe(gives);
  if (skips !== undefined) expect(choice.skipped.map(({ why }) => why)).toEqual([...skips]);
});

const anyone = { file: undefined, name: undefined, type: undefined };

test("plugins that a folder adds belong to the primary, and count for whether it is ourselves", () => {
  const file = { path: `${dir}/10-x.conflist`, text: '{"name":"x","cniVersion":"1.1.0"}' };
  const added = (text: string) => [{ path: `${dir}/x/10-a.conf`, text }];
  const good = choosePrimary({ files: [{ ...file, added: added('{"type":"bridge"}') }], identity: anyone });
  expect(good.kind === "chosen" ? good.primary.config.plugins.map(({ type }) => type) : []).toEqual([
    "bridge",
  ]);
  const own = choosePrimary({ files: [{ ...file, added: added('{"type":"multus"}') }], identity: anyone });
  expect(own.skipped.map(({ why }) => why)).toEqual(["own"]);
  const bad = choosePrimary({ files: [{ ...file, added: added("{") }], identity: anyone });
  expect(bad.skipped.map(({ sentence }) => sentence)).toEqual([
    `"${dir}/10-x.conflist" cannot be used: ${dir}/x/10-a.conf: line 1 column 2: a closing brace '}' is missing`,
  ]);
});
