// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { howToGetPlugin } from "./plugin-packages.ts";

test.each([
  ["bridge", "containernetworking-plugins (Debian)"],
  ["host-local", "containernetworking-plugins (Debian)"],
  ["macvlan", "containernetworking-plugins (Debian)"],
  ["vrf", "containernetworking-plugins (Debian)"],
  ["sriov", "k8snetworkplumbingwg/sriov-cni"],
  ["cilium-cni", "Cilium brings it"],
  ["mine", 'install "mine" there'],
])("%s: %s", (plugin, wayOut) => {
  expect(howToGetPlugin(plugin)).toContain(wayOut);
});
