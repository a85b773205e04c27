// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { chooseByName, chooseFirst, networkSources, readConfigFile } from "./network-sources.ts";

const config = { multusNamespace: "kube-system", confDir: "/etc/cni/multus/net.d" };

test.each([
  [
    "flannel",
    [
      { kind: "nad", namespace: "kube-system", name: "flannel" },
      { kind: "config-name", folder: "/etc/cni/multus/net.d", name: "flannel" },
    ],
  ],
  [
    "/etc/cni/net.d",
    [
      { kind: "folder", path: "/etc/cni/net.d" },
      { kind: "file", path: "/etc/cni/net.d" },
    ],
  ],
])("%s is looked for in order", (reference, sources) => {
  expect(networkSources(reference, config)).toMatchObject(sources);
});

test.each(["", "a/b", "./a"])("%p is neither a name nor an absolute path", (reference) => {
  expect(cniErrorOf(() => networkSources(reference, config))).toMatchObject({ code: 7 });
});

const conf = (name: string, type: string) => JSON.stringify({ cniVersion: "1.0.0", name, type });
const files = [
  { path: "/d/00-multus.conf", text: conf("multus-cni-network", "multus") },
  {
    path: "/d/05-renamed.conflist",
    text: '{"name":"x","plugins":[{"type":"bridge"},{"type":"multus-shim"}]}',
  },
  { path: "/d/06-nested.conf", text: '{"name":"y","type":"flannel","delegate":{"type":"multus"}}' },
  { path: "/d/07-broken.conf", text: '{"name":' },
  { path: "/d/08-data.json", text: conf("data", "macvlan") },
  { path: "/d/20-bridge.conf", text: conf("bridge", "bridge") },
  { path: "/d/10-cbr0.conflist", text: '{"name":"cbr0","plugins":[{"type":"bridge"}]}' },
];

test("the first file is the alphabetically first that is a whole configuration and not our own", () => {
  const { found, skipped } = chooseFirst(files);
  expect(found?.path).toBe("/d/10-cbr0.conflist");
  expect(found?.config.name).toBe("cbr0");
  expect(skipped.map(({ path }) => path)).toEqual([
    "/d/00-multus.conf",
    "/d/05-renamed.conflist",
    "/d/06-nested.conf",
    "/d/07-broken.conf",
  ]);
  expect(skipped[3]?.reason).toContain("line 1 column 9");
});

test.each([
  ["bridge", "/d/20-bridge.conf"],
  ["data", "/d/08-data.json"],
  ["multus-cni-network", undefined],
  ["y", undefined],
  ["absent", undefined],
])("the configuration named %s is in %p", (name, path) => {
  expect(chooseByName(files, name).found?.path).toBe(path as string);
});

test("a file that calls us again is refused by name", () => {
  const error = cniErrorOf(() => readConfigFile({ path: "/d/a.conf", text: conf("a", "multus-shim") }));
  expect(error.message).toBe('/d/a.conf: plugin type "multus-shim" would call itself');
});
