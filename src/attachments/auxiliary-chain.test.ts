// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { auxiliaryChain, auxiliaryChainFolder } from "./auxiliary-chain.ts";

test.each([
  ["", "/x/10-a.conflist", undefined],
  ["vendor", "/run/cni/10-ovn.conf", "/run/cni/vendor"],
  ["vendor", "/run/cni", "/run/cni/vendor"],
  ["vendor", "/run/cni/", "/run/cni/vendor"],
  ["vendor", "calico", "/etc/cni/multus/net.d/vendor"],
  ["vendor", "", "/etc/cni/multus/net.d/vendor"],
])("the chain %p beside %p is in %p", (auxiliaryChainName, clusterNetwork, folder) => {
  const config = { auxiliaryChainName, clusterNetwork, confDir: "/etc/cni/multus/net.d" };
  expect(auxiliaryChainFolder(config)).toBe(folder as string);
});

const config = { auxiliaryChainName: "vendor", cniVersion: "1.0.0" } as const;
const tuning = { path: "/c/vendor/10-sysctl.conf", text: '{"type":"tuning","sysctl":{"a":"1"}}' };

test("a chain has the plugins of its .conf files in order", () => {
  const files = [
    tuning,
    { path: "/c/vendor/note.json", text: "{" },
    { path: "/c/vendor/20.conf", text: '{"type":"istio-cni"}' },
  ];
  const chain = auxiliaryChain(config, files);
  expect(chain).toMatchObject({ name: "vendor", cniVersion: "1.0.0", form: "list" });
  expect(chain?.plugins.map(({ type }) => type)).toEqual(["tuning", "istio-cni"]);
  expect(chain?.plugins[0]?.text).toBe(tuning.text);
});

test("without files there is no chain", () => {
  expect(auxiliaryChain(config, [])).toBeUndefined();
});

test.each(["{", '{"type":"multus"}', '{"sysctl":{}}'])("the file %p is refused by name", (text) => {
  expect(cniErrorOf(() => auxiliaryChain(config, [{ ...tuning, text }])).message).toStartWith(
    "/c/vendor/10-sysctl.conf",
  );
});
