// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import recordedNads from "./fixtures/recorded-nads.json";
import { networkConfigOfNad, resourceNameOf } from "./nad.ts";

const node = { confDir: "/etc/cni/multus/net.d" };
const nad = (config: string, name = "mv-a") => ({ namespace: "default", name, annotations: {}, config });

test.each(recordedNads.filter(({ name }) => name !== "broken-json"))("the recorded NAD $name", (recorded) => {
  const read = networkConfigOfNad(recorded, node);
  const written = JSON.parse(recorded.config);
  expect(read).toMatchObject({
    kind: "config",
    config: { name: recorded.name, cniVersion: written.cniVersion },
  });
  const types = (written.plugins ?? [written]).map(({ type }: { type: string }) => type);
  expect(read.kind === "config" && read.config.plugins.map(({ type }) => type)).toEqual(types);
});

test("a NAD's own name for the network stays", () => {
  const read = networkConfigOfNad(nad('{"name":"lan","type":"macvlan"}'), node);
  expect(read).toMatchObject({ config: { name: "lan" } });
});

test.each(["", " \n"])("a NAD without configuration (%p) means the node's of its name", (config) => {
  expect(networkConfigOfNad(nad(config), node)).toEqual({
    kind: "config-name",
    folder: node.confDir,
    name: "mv-a",
  });
});

const broken = recordedNads.find(({ name }) => name === "broken-json") ?? nad("");

test.each([
  [
    broken,
    6,
    "NetworkAttachmentDefinition default/broken-json spec.config: line 1 column 54: take out the comma before this '}'",
  ],
  [nad('{"cniVersion":"1.0.0","plugins":[]}'), 7, "the network has no plugins"],
  [nad('{\n"type": "a/b"}'), 7, '"type" "a/b" is invalid'],
  [nad('{"type": ".."}'), 7, '"type" ".." is invalid'],
  [nad('{"type:": "bridge"}'), 7, 'neither "plugins" nor "type"'],
  [nad('{"type": "multus"}'), 7, 'spec.config: plugin type "multus" would call itself'],
  [nad('{"type": "plures"}'), 7, 'spec.config: plugin type "plures" would call itself'],
  [nad('{"type": "bridge", "ipam": {"Type": "multus"}}'), 7, 'plugin type "multus" would call itself'],
  [nad('{"cniVersion":"2.0.0","type":"bridge"}'), 1, "is not supported"],
])("%j is refused", (bad, code, sentence) => {
  const error = cniErrorOf(() => networkConfigOfNad(bad, node));
  expect(error.code).toBe(code);
  expect(error.message).toStartWith(`NetworkAttachmentDefinition default/${bad.name} spec.config: `);
  expect(error.message).toContain(sentence);
});

test.each([
  [{}, undefined],
  [{ "k8s.v1.cni.cncf.io/resourceName": "" }, undefined],
  [{ "k8s.v1.cni.cncf.io/resourceName": "intel.com/sriov" }, "intel.com/sriov"],
])("the annotations %j name the resource %p", (annotations, resourceName) => {
  expect(resourceNameOf({ annotations })).toBe(resourceName as string);
});
