// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { anAgentConfig, ciliumText, flannelText } from "./builders.ts";
import { decideNodeConfig, type NodeConfigInput } from "./decide-node-config.ts";

const dir = "/etc/cni/net.d";
const flannelFile = { path: `${dir}/10-flannel.conflist`, text: flannelText };
const ciliumFile = { path: `${dir}/15-cilium.conflist`, text: ciliumText };
const flannel = { path: flannelFile.path, name: "cbr0", type: "flannel" };
const written = { fileName: "00-multus.conflist", text: "the last good one" } as const;

const rows: readonly {
  readonly what: string;
  readonly input: Partial<NodeConfigInput>;
  /** What is to be written: a file's name, `last good`, or `nothing`. */
  readonly wants: string;
  readonly waits?: RegExp;
  readonly lookAgainMs?: number;
}[] = [
  { what: "a primary is written", input: { candidates: [flannelFile] }, wants: "00-multus.conflist" },
  {
    what: "none is waited for",
    input: { candidates: [] },
    wants: "nothing",
    waits: /there is no configuration/,
  },
  {
    what: "the first time the readiness file is waited for",
    input: { candidates: [flannelFile], isReady: false },
    wants: "nothing",
    waits: /the readiness file "\/run\/ready" is not there/,
  },
  {
    what: "later it is not: changes are followed",
    input: { candidates: [ciliumFile], isReady: false, written },
    wants: "00-multus.conf",
  },
  {
    what: "a primary that is emptied leaves the last good one",
    input: { candidates: [{ ...flannelFile, text: "" }, ciliumFile], known: flannel, written },
    wants: "last good",
    waits: /is empty/,
  },
  {
    what: "and none, when this run has not written one",
    input: { candidates: [{ ...flannelFile, text: "" }], known: flannel },
    wants: "nothing",
    waits: /is empty/,
  },
  {
    what: "a primary that is gone leaves what is there",
    input: { candidates: [], known: flannel, written },
    wants: "nothing",
    waits: /no primary network/,
  },
  {
    what: "one that has gone just now is waited for, though there is another",
    input: { candidates: [ciliumFile], known: flannel, written, missingMs: 1000 },
    wants: "nothing",
    waits: /10-flannel.conflist" is gone, and .*15-cilium.conflist" is another network/,
    lookAgainMs: 9000,
  },
  {
    what: "but not for ever",
    input: { candidates: [ciliumFile], known: flannel, written, missingMs: 10_000 },
    wants: "00-multus.conf",
  },
  {
    what: "longer after a start",
    input: { candidates: [ciliumFile], known: flannel, missingMs: 10_000 },
    wants: "nothing",
    waits: /is another network/,
    lookAgainMs: 50_000,
  },
  {
    what: "one that the configuration names is not kept waiting",
    input: { config: anAgentConfig({ primaryName: "cilium" }), candidates: [ciliumFile], known: flannel },
    wants: "00-multus.conf",
  },
  {
    what: "nor by the broken file of the one that it does not name any more",
    input: {
      config: anAgentConfig({ primaryType: "cilium-cni" }),
      candidates: [{ ...flannelFile, text: "{" }, ciliumFile],
      known: flannel,
      written,
    },
    wants: "00-multus.conf",
  },
  {
    what: "in a folder of its own the primary may have any name",
    input: {
      config: anAgentConfig({ multusAutoconfigDir: "/run/multus/cni/net.d" }),
      candidates: [{ ...flannelFile, path: "/run/multus/cni/net.d/00-flannel.conflist" }],
    },
    wants: "00-multus.conflist",
  },
  {
    what: "in ours one that sorts first is not taken",
    input: { candidates: [{ ...flannelFile, path: `${dir}/00-flannel.conflist` }] },
    wants: "nothing",
    waits: /sorts before "00-multus.conf"/,
  },
  {
    what: "the same network in another file needs no patience",
    input: { candidates: [{ ...flannelFile, path: `${dir}/05-f.conflist` }], known: flannel, written },
    wants: "00-multus.conflist",
  },
  {
    what: "nor does one that comes first while the other is still there",
    input: {
      candidates: [{ ...ciliumFile, path: `${dir}/05-cilium.conflist` }, flannelFile],
      known: flannel,
      written,
    },
    wants: "00-multus.conf",
  },
];

test.each(rows)("$what", ({ input, wants, waits, lookAgainMs }) => {
  const { wanted, waitingFor, ...rest } = decideNodeConfig({
    config: anAgentConfig({ readinessindicatorfile: "/run/ready" }),
    kubeconfig: undefined,
    candidates: [],
    isReady: true,
    known: undefined,
    written: undefined,
    missingMs: 0,
    patience: { running: 10_000, starting: 60_000 },
    ...input,
  });
  expect(wanted === written ? "last good" : (wanted?.fileName ?? "nothing")).toBe(wants);
  expect(waitingFor ?? "").toMatch(waits ?? /^$/);
  expect(rest.lookAgainMs).toBe(lookAgainMs);
});
