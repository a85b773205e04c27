// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import type { PluginConfig } from "./network-config.ts";
import { type PluginStdinParts, pluginStdin, withPrevResult, withValidAttachments } from "./plugin-stdin.ts";
import { emptyResult } from "./result.ts";
import { decodeResult } from "./result-versions.ts";

function plugin(text: string): PluginConfig {
  return { type: "bridge", ipamType: undefined, capabilities: [], text };
}

type Parts = Omit<PluginStdinParts, "plugin" | "name" | "cniVersion">;

test.each<[string, string, Parts, string]>([
  ["name and version are added", '{"type":"x"}', {}, '{"type":"x","name":"blue","cniVersion":"1.0.0"}'],
  [
    "or replaced where they are, all else kept to the byte",
    '{ "cniVersion":"0.3.1", "n":12345678901234567890.0, "name" : "x", "capabilities":{"ips":true} }',
    {},
    '{ "cniVersion":"1.0.0", "n":12345678901234567890.0, "name" : "blue", "capabilities":{"ips":true} }',
  ],
  [
    "runtimeConfig replaces the plugin's own",
    '{"name":"","cniVersion":"","runtimeConfig":{"mac":"x"}}',
    { runtimeConfig: { ips: ["10.0.0.1/24"] } },
    '{"name":"blue","cniVersion":"1.0.0","runtimeConfig":{"ips":["10.0.0.1/24"]}}',
  ],
  [
    "an empty runtimeConfig and empty cni-args leave the plugin's own",
    '{"name":"","cniVersion":"","runtimeConfig":{"mac":"x"},"args":{"cni":{"a":1}}}',
    { runtimeConfig: {}, cniArgs: {} },
    '{"name":"blue","cniVersion":"1.0.0","runtimeConfig":{"mac":"x"},"args":{"cni":{"a":1}}}',
  ],
  [
    "cni-args make args.cni",
    '{"name":"","cniVersion":""}',
    { cniArgs: { pool: "a" } },
    '{"name":"blue","cniVersion":"1.0.0","args":{"cni":{"pool":"a"}}}',
  ],
  [
    "cni-args join args.cni and win there",
    '{"name":"","cniVersion":"","args":{"labels":{"a":1.0},"cni":{"keep":2e5,"pool":"old"}}}',
    { cniArgs: { pool: ["new"], more: null } },
    '{"name":"blue","cniVersion":"1.0.0","args":{"labels":{"a":1.0},"cni":{"keep":2e5,"pool":["new"],"more":null}}}',
  ],
  [
    "args that are null are none",
    '{"name":"","cniVersion":"","args":null}',
    { cniArgs: { a: 1 } },
    '{"name":"blue","cniVersion":"1.0.0","args":{"cni":{"a":1}}}',
  ],
])("%s", (_name, text, parts, expected) => {
  expect(pluginStdin({ plugin: plugin(text), name: "blue", cniVersion: "1.0.0", ...parts })).toBe(expected);
});

test.each([
  ['{"args":"x"}', '"args" must be an object'],
  ['{"args":{"cni":[1]}}', '"args.cni" must be an object'],
])("cni-args cannot join %s", (text, message) => {
  const parts = { plugin: plugin(text), name: "n", cniVersion: "1.0.0", cniArgs: { a: 1 } } as const;
  expect(cniErrorOf(() => pluginStdin(parts))).toMatchObject({
    code: 7,
    message: `writing the configuration of plugin "bridge": ${message}`,
  });
});

test("what goes in comes out, whatever the keys are called", () => {
  const keys = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(keys, keys, keys, (own, runtimeConfig, cniArgs) => {
      const text = JSON.stringify({ ...own, type: "bridge", args: { cni: own } });
      const stdin = pluginStdin({
        plugin: plugin(text),
        name: "n",
        cniVersion: "1.1.0",
        runtimeConfig,
        cniArgs,
      });
      const read = JSON.parse(stdin);
      expect(read).toMatchObject({ type: "bridge", name: "n", cniVersion: "1.1.0" });
      expect(Object.entries(read.args.cni)).toEqual(
        Object.entries(JSON.parse(JSON.stringify({ ...own, ...cniArgs }))),
      );
      if (Object.keys(runtimeConfig).length > 0) {
        expect(read.runtimeConfig).toEqual(JSON.parse(JSON.stringify(runtimeConfig)));
      }
    }),
  );
});

const result = decodeResult({
  cniVersion: "1.1.0",
  interfaces: [{ name: "net1", mtu: 1500 }],
  ips: [{ address: "10.0.0.2/24", interface: 0 }],
});

test.each([
  ["0.2.0", { cniVersion: "0.2.0", ip4: { ip: "10.0.0.2/24" } }],
  [
    "0.4.0",
    {
      cniVersion: "0.4.0",
      interfaces: [{ name: "net1" }],
      ips: [{ version: "4", address: "10.0.0.2/24", interface: 0 }],
    },
  ],
  [
    "1.1.0",
    {
      cniVersion: "1.1.0",
      interfaces: [{ name: "net1", mtu: 1500 }],
      ips: [{ address: "10.0.0.2/24", interface: 0 }],
    },
  ],
] as const)("prevResult is written as %s has it", (version, prevResult) => {
  const stdin = withPrevResult('{"n":9007199254740993,"prevResult":{"old":1}}', result, version);
  expect(stdin).toStartWith('{"n":9007199254740993,"prevResult":{');
  expect(JSON.parse(stdin).prevResult).toEqual(prevResult);
});

test("an empty result is a prevResult in every version", () => {
  expect(withPrevResult("{}", emptyResult, "0.1.0")).toBe('{"prevResult":{"cniVersion":"0.1.0"}}');
});

test("the attachments of a GC have the keys of the specification and no others", () => {
  const attachments = [{ containerID: "a", ifname: "eth0", more: 1 }];
  expect(withValidAttachments('{"type":"x"}', attachments)).toBe(
    '{"type":"x","cni.dev/valid-attachments":[{"containerID":"a","ifname":"eth0"}]}',
  );
  expect(withValidAttachments("{}", [])).toBe('{"cni.dev/valid-attachments":[]}');
});
