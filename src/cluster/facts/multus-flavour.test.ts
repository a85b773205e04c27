// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import daemonSets from "./fixtures/multus-daemonsets.json";
import primaries from "./fixtures/primary-daemonsets.json";
import recorded from "./fixtures/recorded-cluster.json";
import { recogniseMultus } from "./multus-flavour.ts";
import { type Fields, nameOf, namespaceOf, textAt } from "./object-fields.ts";

const all: readonly Fields[] = daemonSets.items;
const placeOf = (object: Fields) => `${namespaceOf(object)}/${nameOf(object)}`;
const uidOf = (object: Fields) => textAt(object, "metadata", "uid") ?? "";

function find(place: string, uid?: string): Fields {
  const found = all.find((each) => placeOf(each) === place && (uid === undefined || uidOf(each) === uid));
  if (found === undefined) throw new Error(`the fixtures have no DaemonSet ${place}`);
  return found;
}

test.each<[string, string | undefined, string, string, RegExp]>([
  ["kube-system/kube-multus-ds", undefined, "upstream-thin", "thin", /thin_entrypoint/],
  ["kube-system/multus", undefined, "rke2-multus", "thin", /helm\.sh\/chart=rke2-multus-v4\.2\.202/],
  ["kube-system/rke2-multus", undefined, "rke2-multus", "thick", /multus-daemon/],
  ["kube-system/multus-multus-cni", undefined, "bitnami", "thin", /helm\.sh\/chart=multus-cni-2\.2\.7/],
  ["cluster-network-addons/multus", undefined, "cnao", "thin", /cnao-operator/],
  ["openshift-multus/multus", undefined, "openshift", "thick", /namespace openshift-multus/],
  ["openshift-multus/multus", "microshift", "openshift", "thin", /thin_entrypoint/],
  ["kube-system/kube-multus-ds", "microk8s", "microk8s", "thin", /\/var\/snap\/microk8s/],
  ["kube-system/kube-multus-ds", "plures", "plures", "agent", /agent of Plures/],
  ["network/multus", undefined, "other", "thick", /app-template/],
  ["fork/kube-multus-ds", undefined, "other", "unknown", /label app=multus/],
])("%s (%p) is %s, %s", (place, uid, flavour, engine, why) => {
  const recognised = recogniseMultus(find(place, uid));
  expect(recognised).toMatchObject({ flavour, engine });
  expect(recognised?.why.join("; ")).toMatch(why);
});

test("the thick one of a real cluster", () => {
  const thick = recorded.items.find(({ kind }) => kind === "DaemonSet");
  expect(recogniseMultus(thick ?? {})).toMatchObject({ flavour: "upstream-thick", engine: "thick" });
});

test.each([
  "openshift-multus/multus-additional-cni-plugins",
  "openshift-multus/dhcp-daemon",
  "kube-system/dynamic-networks-controller-ds",
])("%s stands beside a Multus and is none", (place) => {
  expect(recogniseMultus(find(place))).toBeUndefined();
});

const running = (container: Fields, metadata: Fields = {}) => ({
  metadata: { name: "d", namespace: "n", ...metadata },
  spec: { template: { spec: { containers: [{ name: "proxy", image: "x/proxy:1" }, container] } } },
});

test.each<[string, Fields, Fields | undefined]>([
  [
    "an operator's",
    running(
      { command: ["/thin_entrypoint"] },
      { ownerReferences: [{ kind: "NicClusterPolicy", name: "p" }] },
    ),
    { flavour: "other", engine: "thin", why: ["it runs thin_entrypoint", "owner NicClusterPolicy/p"] },
  ],
  [
    "an image as it is",
    running({ image: "nfvpe/multus:v3.4" }),
    { flavour: "upstream-thin", engine: "thin" },
  ],
  [
    "an image by its digest",
    running({ image: `x.example:5000/multus-cni@sha256:${"0".repeat(64)}` }),
    { engine: "thin" },
  ],
  [
    "the daemon's image as it is",
    running({ image: "rancher/hardened-multus-thick:v4.3.0" }),
    { flavour: "rke2-multus", engine: "thick" },
  ],
  ["the image with another command", running({ image: "nfvpe/multus:v3.4", command: ["sleep"] }), undefined],
  ["an image that only begins so", running({ image: "x/multus-dynamic-networks-controller:v1" }), undefined],
  ["a file that is named so", running({ command: ["cat"], args: ["/etc/multus-daemon.json"] }), undefined],
])("%s", (_, daemonSet, recognised) => {
  const found = recogniseMultus(daemonSet);
  if (recognised === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(recognised);
});

test("no network plugin is a Multus", () => {
  expect(primaries.items.map((each) => recogniseMultus(each))).toEqual(primaries.items.map(() => undefined));
});

test("labels that are no texts, and nothing at all, are no Multus", () => {
  for (const object of [
    {},
    { metadata: { labels: { app: 3 } } },
    { spec: { template: { spec: { containers: "x" } } } },
  ]) {
    expect(recogniseMultus(object)).toBeUndefined();
  }
});
