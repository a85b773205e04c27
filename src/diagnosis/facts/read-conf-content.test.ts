// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readConfContent } from "./read-conf-content.ts";

const source = "/etc/cni/net.d/x";

test.each([
  {
    name: "a list",
    text: `{"cniVersion":"1.0.0","name":"cbr0","plugins":[{"type":"flannel"},{"type":"portmap"}]}`,
    content: {
      cniVersion: "1.0.0",
      name: "cbr0",
      plugins: [{ type: "flannel" }, { type: "portmap" }],
      isMultus: false,
    },
  },
  {
    name: "a single plugin with ipam and master",
    text: `{"cniVersion":"0.3.1","name":"m","type":"macvlan","master":"eth1","ipam":{"type":"whereabouts"}}`,
    content: {
      cniVersion: "0.3.1",
      name: "m",
      plugins: [{ type: "macvlan", ipam: "whereabouts", master: "eth1" }],
      isMultus: false,
    },
  },
  {
    name: "Multus under any file name, inside a list",
    text: `{"cniVersion":"1.0.0","name":"x","plugins":[{"type":"portmap"},{"type":"multus-shim"}]}`,
    content: {
      cniVersion: "1.0.0",
      name: "x",
      plugins: [{ type: "portmap" }, { type: "multus-shim" }],
      isMultus: true,
    },
  },
  {
    name: "broken JSON",
    text: `{"name":`,
    content: { plugins: [], isMultus: false, problem: expect.stringContaining(source) },
  },
  {
    name: "no name",
    text: `{"cniVersion":"1.0.0","type":"bridge"}`,
    content: {
      cniVersion: "1.0.0",
      plugins: [{ type: "bridge" }],
      isMultus: false,
      problem: expect.stringContaining("name"),
    },
  },
])("$name", ({ text, content }) => {
  expect(JSON.parse(JSON.stringify(readConfContent(text, source)))).toEqual(content);
});

test("a name that a NetworkAttachmentDefinition leaves out", () => {
  expect(readConfContent(`{"cniVersion":"1.0.0","type":"bridge"}`, "ns/n", "n")).toMatchObject({
    name: "n",
    problem: undefined,
  });
});

test("no key of a plugin but those that are named gets through, whatever it holds", () => {
  const text = `{"cniVersion":"1.0.0","name":"n","type":"calico","policy":{"k8s_auth_token":"s3cret"}}`;
  expect(JSON.stringify(readConfContent(text, source))).not.toContain("s3cret");
});

test("nothing throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readConfContent(text, source);
    }),
  );
});
