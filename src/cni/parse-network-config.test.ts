// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { CniError } from "./errors.ts";
import type { NetworkConfig } from "./network-config.ts";
import { parseNetworkConfig, withFolderPlugins } from "./parse-network-config.ts";

const defaults = { disableCheck: false, disableGC: false, loadOnlyInlinedPlugins: false };

test("a single plugin is a list of one, its text untouched", () => {
  const text =
    ' {"cniVersion": "0.3.1", "name": "blue", "type": "macvlan", "big": 9007199254740993, "ipam": {"type": "host-local"}}\n';
  expect(parseNetworkConfig(text, "NAD default/blue")).toEqual({
    ...defaults,
    name: "blue",
    cniVersion: "0.3.1",
    form: "single",
    plugins: [{ type: "macvlan", ipamType: "host-local", capabilities: [], text }],
  });
});

test("the plugins of a list keep their source text", () => {
  const bridge = '{ "type" : "bridge", "x": 1.50, "ipam": {} }';
  const portmap = '{"type":"portmap","capabilities":{"portMappings":true,"aliases":false}}';
  const text = `{"cniVersion":"1.0.0","name":"cbr0","plugins":[\n${bridge} ,\t${portmap}],"disableCheck":true}`;
  expect(parseNetworkConfig(text, "f")).toEqual({
    ...defaults,
    disableCheck: true,
    name: "cbr0",
    cniVersion: "1.0.0",
    form: "list",
    plugins: [
      { type: "bridge", ipamType: undefined, capabilities: [], text: bridge },
      { type: "portmap", ipamType: undefined, capabilities: ["portMappings"], text: portmap },
    ],
  });
});

test.each([
  [
    "the name of the NAD stands in for a missing one",
    '{"type":"a"}',
    { defaultName: "nad" },
    { name: "nad" },
  ],
  ["and for an empty one", '{"type":"a","name":""}', { defaultName: "nad" }, { name: "nad" }],
  ["but not for another", '{"type":"a","name":"b"}', { defaultName: "nad" }, { name: "b" }],
  ["plugins win over type", '{"name":"a","type":"x","plugins":[{"type":"y"}]}', {}, { form: "list" }],
  [
    "the last of two keys counts",
    '{"name":"a","plugins":[],"plugins":[{"type":"y"}]}',
    {},
    { plugins: [{ text: '{"type":"y"}' }] },
  ],
  [
    "booleans may be booleans",
    '{"name":"a","type":"x","disableCheck":false,"disableGC":true}',
    {},
    { disableCheck: false, disableGC: true },
  ],
  [
    "booleans may be strings",
    '{"name":"a","type":"x","disableCheck":"TRUE","disableGC":"true","loadOnlyInlinedPlugins":"False"}',
    {},
    { disableCheck: true, disableGC: true, loadOnlyInlinedPlugins: false },
  ],
  [
    "the newest known version is taken",
    '{"name":"a","cniVersions":["1.0.0","2.0.0"],"plugins":[{"type":"y"}]}',
    {},
    { cniVersion: "1.0.0" },
  ],
  [
    "ipam may be null",
    '{"name":"a","type":"x","ipam":null,"capabilities":null}',
    {},
    { plugins: [{ ipamType: undefined }] },
  ],
  [
    "ipam may have an empty type",
    '{"name":"a","type":"x","ipam":{"type":""}}',
    {},
    { plugins: [{ ipamType: undefined }] },
  ],
  ["a list may wait for its folder", '{"name":"a"}', { allowEmpty: true }, { form: "list", plugins: [] }],
  ["even when it is written empty", '{"name":"a","plugins":[]}', { allowEmpty: true }, { plugins: [] }],
])("%s", (_name, text, options, expected) => {
  expect(parseNetworkConfig(text, "f", options)).toMatchObject(expected);
});

test.each([
  ['{"name":"a","type":"x",}', 6, "f: line 1 column 24: take out the comma before this '}'"],
  ["", 6, "f: line 1 column 1: the text is empty"],
  ["[]", 6, "f: line 1 column 1: a JSON object {...} is needed"],
  ['{"name":"a"}', 7, 'f: there is neither "plugins" nor "type"'],
  ['{"name":"a","type:":"x"}', 7, 'f: there is neither "plugins" nor "type"'],
  ['{"name":"a","plugins":[]}', 7, "f: the network has no plugins"],
  ['{"name":"a","plugins":{}}', 7, 'f: "plugins" must be a list of plugin objects'],
  ['{"name":"a","plugins":null}', 7, 'f: "plugins" must be a list of plugin objects'],
  ['{"name":"a","plugins":["x"]}', 7, "f: plugins[0]: a plugin must be a JSON object {...}"],
  ['{"name":"a","plugins":[{"type":"x"},{}]}', 7, 'f: plugins[1]: the plugin has no "type"'],
  ['{"name":"a","plugins":[{"type":""}]}', 7, 'f: plugins[0]: "type" "" is invalid: it is empty'],
  ['{"name":"a","type":7}', 7, 'f: "type" must be a string'],
  [
    '{"name":"a","type":"../sh"}',
    7,
    `f: "type" "../sh" is invalid: it is the bare name of an executable, without '/'`,
  ],
  [
    '{"name":"a","type":".."}',
    7,
    'f: "type" ".." is invalid: it is the name of an executable, not of a folder',
  ],
  [
    '{"name":"a","type":"a b"}',
    7,
    'f: "type" "a b" is invalid: it must not contain white space or control characters',
  ],
  [
    '{"name":"a","type":"x","ipam":"dhcp"}',
    7,
    'f: "ipam" must be an object, for example {"type": "host-local"}',
  ],
  ['{"name":"a","type":"x","ipam":{"type":1}}', 7, 'f: "ipam.type" must be a string'],
  [
    '{"name":"a","type":"x","ipam":{"type":"/x"}}',
    7,
    `f: "ipam.type" "/x" is invalid: it is the bare name of an executable, without '/'`,
  ],
  [
    '{"name":"a","type":"x","capabilities":["ips"]}',
    7,
    'f: "capabilities" must be an object of booleans, for example {"ips": true}',
  ],
  [
    '{"name":"a","type":"x","capabilities":{"ips":"true"}}',
    7,
    'f: "capabilities" must be an object of booleans, for example {"ips": true}',
  ],
  ['{"type":"x"}', 7, 'f: there is no "name"'],
  ['{"name":"","type":"x"}', 7, 'f: there is no "name"'],
  ['{"name":1,"type":"x"}', 7, 'f: "name" must be a string'],
  [
    '{"name":"a/b","type":"x"}',
    7,
    `f: "name" "a/b" is invalid: it must start with a letter or digit and go on with letters, digits, '_', '.' or '-'`,
  ],
  ['{"name":"a","type":"x","disableGC":1}', 7, 'f: "disableGC" must be true or false'],
  ['{"name":"a","type":"x","disableCheck":"yes"}', 7, 'f: "disableCheck" must be true or false'],
  ['{"name":"a","type":"x","cniVersion":"1.2.3"}', 1, 'f: cniVersion "1.2.3" is not supported'],
  ['{"name":"a","type":"x","cniVersion":1}', 7, "f: cniVersion must be a string"],
])("%s is refused", (text, code, message) => {
  expect(cniErrorOf(() => parseNetworkConfig(text, "f"))).toMatchObject({ code, message });
});

test("a list that takes no plugins from a folder must have some, whatever the options", () => {
  const text = '{"name":"a","loadOnlyInlinedPlugins":true}';
  const failure = cniErrorOf(() => parseNetworkConfig(text, "f", { allowEmpty: true }));
  expect(failure).toMatchObject({ code: 7, message: "f: the network has no plugins" });
});

const list = parseNetworkConfig('{"name":"a","plugins":[{"type":"x"}]}', "f");
const files = [
  { path: "/etc/cni/net.d/a/1.conf", text: '{"type":"y"}' },
  { path: "/etc/cni/net.d/a/2.conf", text: '{"type":"z", "n": 1}' },
];

test("plugins of the folder come after those of the list", () => {
  const config = withFolderPlugins(list, files);
  expect(config.plugins.map(({ type, text }) => [type, text])).toEqual([
    ["x", '{"type":"x"}'],
    ["y", '{"type":"y"}'],
    ["z", '{"type":"z", "n": 1}'],
  ]);
});

test("a single plugin and a list that wants none take nothing from the folder", () => {
  const single = parseNetworkConfig('{"name":"a","type":"x"}', "f");
  const inlined = { ...list, loadOnlyInlinedPlugins: true };
  expect(withFolderPlugins(single, files)).toEqual(single);
  expect(withFolderPlugins(inlined, files)).toEqual(inlined);
});

const waiting = parseNetworkConfig('{"name":"a"}', "f", { allowEmpty: true });

test.each([
  ["a folder that adds nothing", [], 7, 'network "a": the network has no plugins'],
  ["a list in the folder", [{ path: "/p", text: '{"plugins":[]}' }], 7, '/p: the plugin has no "type"'],
  [
    "broken JSON in the folder",
    [{ path: "/p", text: "{" }],
    6,
    "/p: line 1 column 2: a closing brace '}' is missing",
  ],
])("%s is refused", (_name, added, code, message) => {
  expect(cniErrorOf(() => withFolderPlugins(waiting, added))).toMatchObject({ code, message });
});

test("any text is read or refused with a CniError", () => {
  const key = fc.constantFrom(
    "name",
    "type",
    "plugins",
    "ipam",
    "capabilities",
    "cniVersion",
    "cniVersions",
    "disableGC",
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("1.0.0", "bridge", [{ type: "x" }], { type: "dhcp" }),
  );
  fc.assert(
    fc.property(fc.dictionary(key, value), (object) => {
      const text = JSON.stringify(object);
      const config = configOrCode(text);
      if (typeof config === "number") expect([1, 7]).toContain(config);
      else for (const plugin of config.plugins) expect(JSON.parse(plugin.text).type).toBe(plugin.type);
    }),
  );
});

function configOrCode(text: string): NetworkConfig | number {
  try {
    return parseNetworkConfig(text, "f", { defaultName: "d", allowEmpty: true });
  } catch (error) {
    if (error instanceof CniError) return error.code;
    throw error;
  }
}
