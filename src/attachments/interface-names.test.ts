// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { interfaceNames, type NamedNetwork } from "./interface-names.ts";

const named = (role: NamedNetwork["role"], label: string, name?: string): NamedNetwork => ({
  role,
  label,
  selection: { interface: name },
});
const primary = named("primary", "cbr0");

test.each([
  [[primary], ["eth0"]],
  [
    [primary, named("network", "a"), named("network", "b")],
    ["eth0", "net1", "net2"],
  ],
  [
    [primary, named("network", "a", "data0"), named("network", "b")],
    ["eth0", "data0", "net2"],
  ],
  [
    [primary, named("network", "a"), named("auxiliary", "chain")],
    ["eth0", "net1", "eth0"],
  ],
  [
    [{ ...primary, selection: undefined }, named("network", "a", "fifteen-bytes-x")],
    ["eth0", "fifteen-bytes-x"],
  ],
  [[named("primary", "calico", "eth0")], ["eth0"]],
])("%j", (networks, names) => {
  expect(interfaceNames(networks, "eth0")).toEqual(names);
});

test.each([
  [
    [primary, named("network", "a", "x"), named("network", "b", "x")],
    'networks "a" and "b" would both have interface "x"',
  ],
  [
    [primary, named("network", "a", "net2"), named("network", "b")],
    'networks "a" and "b" would both have interface "net2"',
  ],
  [[primary, named("network", "a", "eth0")], 'networks "cbr0" and "a" would both have interface "eth0"'],
  [
    [primary, named("network", "a", "sixteen-bytes-xx")],
    'network "a" cannot have interface "sixteen-bytes-xx": it has 16 bytes',
  ],
  [[primary, named("network", "a", "lo")], 'network "a" cannot have interface "lo": the kernel has its own'],
  [[named("primary", "calico", "eth1")], 'default network "calico" cannot have interface "eth1"'],
])("%j is refused", (networks, sentence) => {
  const error = cniErrorOf(() => interfaceNames(networks, "eth0"));
  expect(error.code).toBe(7);
  expect(error.message).toContain(sentence);
});

test("names are unique, or refused", () => {
  const wanted = fc.option(fc.constantFrom("net1", "net2", "net3", "data0", "eth0"), { nil: undefined });
  fc.assert(
    fc.property(fc.array(wanted, { maxLength: 6 }), (names) => {
      const networks = [primary, ...names.map((name, index) => named("network", `n${index}`, name))];
      try {
        const given = interfaceNames(networks, "eth0");
        expect(new Set(given).size).toBe(networks.length);
      } catch (error) {
        expect(error).toBeInstanceOf(CniError);
      }
    }),
  );
});
