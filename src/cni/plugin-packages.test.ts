// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { howToGetPlugin } from "./plugin-packages.ts";

test.each([
  ["bridge", "Debian's containernetworking-plugins"],
  ["host-local", "Debian's containernetworking-plugins"],
  ["macvlan", "Debian's containernetworking-plugins"],
  ["vrf", "Debian's containernetworking-plugins"],
  ["sriov", "k8snetworkplumbingwg/sriov-cni"],
  ["cilium-cni", "Cilium brings it"],
  ["mine", 'install "mine" there'],
])("%s: %s", (plugin, wayOut) => {
  expect(howToGetPlugin(plugin)).toContain(wayOut);
});
