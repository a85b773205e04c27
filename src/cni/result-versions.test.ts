// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import recordings from "./fixtures/recorded.json";
import { ipFamilies, parseCidr } from "./ip-address.ts";
import { type CniResult, emptyResult, type ResultRoute } from "./result.ts";
import { decodeResult, encodeResult, encodeResultText, shapesByVersion } from "./result-versions.ts";
import { type CniVersion, cniVersions, isAtLeast } from "./versions.ts";

const rich: CniResult = {
  interfaces: [
    { name: "br0", mac: "AA:bb:cc:dd:ee:01" },
    {
      name: "net1",
      mac: "aa:bb:cc:dd:ee:02",
      mtu: 1500,
      sandbox: "/run/netns/a",
      socketPath: "/s",
      pciID: "0000:00:1f.6",
    },
  ],
  ips: [
    { address: "10.0.0.2/24", gateway: "10.0.0.1", interface: 1 },
    { address: "10.0.0.3/24", interface: 0 },
    { address: "fd00::2/64", gateway: "fd00::1", interface: 1 },
  ],
  routes: [
    { dst: "0.0.0.0/0", gw: "10.0.0.1", mtu: 1400, advmss: 1360, priority: 100, table: 0, scope: 253 },
    { dst: "fd01::/64" },
  ],
  dns: { nameservers: ["10.0.0.53"], domain: "a.b", search: ["c.d"], options: ["ndots:5"] },
};

const plainInterfaces = [
  { name: "br0", mac: "AA:bb:cc:dd:ee:01" },
  { name: "net1", mac: "aa:bb:cc:dd:ee:02", sandbox: "/run/netns/a" },
];
const plainRoutes = [{ dst: "0.0.0.0/0", gw: "10.0.0.1" }, { dst: "fd01::/64" }];

const inFamilies = {
  ip4: { ip: "10.0.0.2/24", gateway: "10.0.0.1", routes: [{ dst: "0.0.0.0/0", gw: "10.0.0.1" }] },
  ip6: { ip: "fd00::2/64", gateway: "fd00::1", routes: [{ dst: "fd01::/64" }] },
  dns: rich.dns,
};
const inVersionedLists = {
  interfaces: plainInterfaces,
  ips: [
    { version: "4", address: "10.0.0.2/24", gateway: "10.0.0.1", interface: 1 },
    { version: "4", address: "10.0.0.3/24", interface: 0 },
    { version: "6", address: "fd00::2/64", gateway: "fd00::1", interface: 1 },
  ],
  routes: plainRoutes,
  dns: rich.dns,
};

const written: readonly (readonly [CniVersion, object])[] = [
  ["0.1.0", inFamilies],
  ["0.2.0", inFamilies],
  ["0.3.0", inVersionedLists],
  ["0.3.1", inVersionedLists],
  ["0.4.0", inVersionedLists],
  ["1.0.0", { ...rich, interfaces: plainInterfaces, routes: plainRoutes }],
  ["1.1.0", rich],
];

test.each(written)("a result is written as %s has it", (version, expected) => {
  expect<object>(encodeResult(rich, version)).toEqual({ cniVersion: version, ...expected });
  expect(JSON.parse(encodeResultText(rich, version))).toEqual({ cniVersion: version, ...expected });
});

test.each(written)("a result of %s is read", (version, fields) => {
  expect(decodeResult({ cniVersion: version, ...fields })).toEqual(reduced(rich, version));
});

test.each(cniVersions.map((version) => [version]))(
  "an empty result of %s has nothing but its version",
  (version) => {
    expect(encodeResult(emptyResult, version)).toEqual({ cniVersion: version });
    expect(decodeResult({ cniVersion: version })).toEqual(emptyResult);
  },
);

test.each(["0.1.0", "0.2.0"] as const)("%s cannot hold a result without address", (version) => {
  const hint = "set cniVersion to 0.3.0 or newer in the network's configuration";
  for (const part of [{ interfaces: rich.interfaces }, { routes: rich.routes }]) {
    expect(cniErrorOf(() => encodeResult({ ...emptyResult, ...part }, version))).toMatchObject({
      code: 1,
      hint,
    });
  }
  expect(encodeResult({ ...emptyResult, dns: rich.dns }, version)).toEqual({
    cniVersion: version,
    dns: rich.dns,
  });
});

test.each([
  [
    "a result without version has that of the configuration",
    { ips: [{ address: "10.0.0.1/8" }] },
    "0.4.0",
    { ips: [{ address: "10.0.0.1/8" }] },
  ],
  ["or the oldest", { ip4: { ip: "10.0.0.1/8" } }, undefined, { ips: [{ address: "10.0.0.1/8" }] }],
  [
    "its own version wins",
    { cniVersion: "0.2.0", ip6: { ip: "::1/128" } },
    "1.1.0",
    { ips: [{ address: "::1/128" }] },
  ],
  ["null lists are empty", { interfaces: null, ips: null, routes: null, dns: null }, "1.1.0", {}],
  ["null families are absent", { cniVersion: "0.1.0", ip4: null, ip6: null }, undefined, {}],
  ["empty dns is none", { dns: { nameservers: [], domain: "", search: null } }, "1.1.0", {}],
  [
    "zero values of Go are absent",
    {
      interfaces: [{ name: "a", mac: "", mtu: 0, sandbox: "" }],
      routes: [{ dst: "::/0", gw: "", mtu: 0, priority: 0 }],
    },
    "1.1.0",
    { interfaces: [{ name: "a" }], routes: [{ dst: "::/0" }] },
  ],
  [
    "but table, scope and interface may be 0",
    { ips: [{ address: "10.0.0.1/8", interface: 0 }], routes: [{ dst: "::/0", table: 0, scope: 0 }] },
    "1.1.0",
    { ips: [{ address: "10.0.0.1/8", interface: 0 }], routes: [{ dst: "::/0", table: 0, scope: 0 }] },
  ],
  [
    "a gateway of <nil> is none",
    { ips: [{ address: "10.0.0.1/8", gateway: "<nil>" }], routes: [{ dst: "::/0", gw: "<nil>" }] },
    "1.1.0",
    { ips: [{ address: "10.0.0.1/8" }], routes: [{ dst: "::/0" }] },
  ],
  [
    "an interface may have no name",
    { interfaces: [{ sandbox: "/a" }] },
    "1.1.0",
    { interfaces: [{ name: "", sandbox: "/a" }] },
  ],
  [
    "the mtu is read in 1.0.0 too",
    { interfaces: [{ name: "a", mtu: 9000 }] },
    "1.0.0",
    { interfaces: [{ name: "a", mtu: 9000 }] },
  ],
  [
    "unknown keys are left out",
    { interfaces: [{ name: "a", colour: 1 }], more: 1 },
    "1.1.0",
    { interfaces: [{ name: "a" }] },
  ],
] as const)("%s", (_name, fields, fallback, expected) => {
  expect(decodeResult(fields, fallback)).toEqual({ ...emptyResult, ...expected });
  expect(decodeResult(JSON.stringify(fields), fallback)).toEqual({ ...emptyResult, ...expected });
});

test.each<[unknown, number, string]>([
  ["", 6, "the plugin's result: line 1 column 1: the text is empty"],
  ["{", 6, "the plugin's result: line 1 column 2: a closing brace '}' is missing"],
  [null, 6, "reading the plugin's result: it must be a JSON object"],
  [[], 6, "reading the plugin's result: it must be a JSON object"],
  [{ cniVersion: "2.0.0" }, 1, `reading the plugin's result: cniVersion "2.0.0" is not supported`],
  [{ cniVersion: 1 }, 1, "reading the plugin's result: cniVersion 1 is not supported"],
  [
    { cniVersion: "1.0.0", interfaces: {} },
    6,
    "reading the plugin's result: interfaces must be a list, it is {}",
  ],
  [
    { cniVersion: "1.0.0", interfaces: [null] },
    6,
    "reading the plugin's result: interfaces[0] must be an object, it is null",
  ],
  [
    { cniVersion: "1.0.0", interfaces: [{ name: 1 }] },
    6,
    "reading the plugin's result: interfaces[0].name must be a string, it is 1",
  ],
  [
    { cniVersion: "1.0.0", interfaces: [{ mtu: "1" }] },
    6,
    'reading the plugin\'s result: interfaces[0].mtu must be a whole number, it is "1"',
  ],
  [
    { cniVersion: "1.0.0", interfaces: [{ mtu: 1.5 }] },
    6,
    "reading the plugin's result: interfaces[0].mtu must be a whole number, it is 1.5",
  ],
  [
    { cniVersion: "1.0.0", ips: [{ address: "10.0.0.1/8" }, {}] },
    6,
    'reading the plugin\'s result: ips[1].address must be an address with prefix length, such as "10.1.2.3/24", it is missing',
  ],
  [
    { cniVersion: "1.0.0", ips: [{ address: "10.0.0.1" }] },
    6,
    'reading the plugin\'s result: ips[0].address must be an address with prefix length, such as "10.1.2.3/24", it is "10.0.0.1"',
  ],
  [
    { cniVersion: "1.0.0", ips: [{ address: "10.0.0.1/8", gateway: "x" }] },
    6,
    'reading the plugin\'s result: ips[0].gateway must be an IP address, it is "x"',
  ],
  [
    { cniVersion: "1.0.0", routes: [{ dst: "default" }] },
    6,
    'reading the plugin\'s result: routes[0].dst must be an address with prefix length, such as "10.1.2.3/24", it is "default"',
  ],
  [{ cniVersion: "1.0.0", dns: [] }, 6, "reading the plugin's result: dns must be an object, it is []"],
  [
    { cniVersion: "1.0.0", dns: { search: "a" } },
    6,
    'reading the plugin\'s result: dns.search must be a list, it is "a"',
  ],
  [
    { cniVersion: "1.0.0", dns: { search: [1] } },
    6,
    "reading the plugin's result: dns.search[0] must be a string, it is 1",
  ],
  [{ cniVersion: "0.2.0", ip4: [] }, 6, "reading the plugin's result: ip4 must be an object, it is []"],
  [
    { cniVersion: "0.2.0", ip6: {} },
    6,
    'reading the plugin\'s result: ip6.ip must be an address with prefix length, such as "10.1.2.3/24", it is missing',
  ],
  [
    { cniVersion: "0.2.0", ip4: { ip: "10.0.0.1/8", routes: [{}] } },
    6,
    'reading the plugin\'s result: ip4.routes[0].dst must be an address with prefix length, such as "10.1.2.3/24", it is missing',
  ],
])("%j is refused", (value, code, message) => {
  expect(cniErrorOf(() => decodeResult(value))).toMatchObject({ code, message });
});

const recordedResults = recordings.filter(({ command, exitCode }) => command === "ADD" && exitCode === 0);

test("there are recorded results", () => {
  expect(recordedResults.length).toBeGreaterThan(5);
});

test.each(recordedResults)(
  "the recorded result of $name survives every version that can hold it",
  ({ stdout }) => {
    const result = decodeResult(stdout);
    expect(result.ips.length).toBeGreaterThan(0);
    const { dns: _empty, ...recorded } = JSON.parse(stdout);
    expect(encodeResult(result, "0.3.1")).toEqual(recorded);
    for (const version of cniVersions) {
      const text = encodeResultText(result, version);
      expect(encodeResultText(decodeResult(text), version)).toBe(text);
    }
  },
);

function cidr(): fc.Arbitrary<string> {
  const v4 = fc.tuple(fc.ipV4(), fc.nat(32));
  const v6 = fc.tuple(fc.ipV6(), fc.nat(128));
  return fc.oneof(v4, v6).map(([address, length]) => `${address}/${length}`);
}

const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const text = fc.string({ minLength: 1 });
const positive = fc.integer({ min: 1 });
const texts = fc.array(fc.string(), { minLength: 1 });

/** A record with some of its keys, at least those in `requiredKeys`. */
const anyResult: fc.Arbitrary<CniResult> = fc.record({
  interfaces: fc.array(
    fc.record(
      { name: fc.string(), mac: text, mtu: positive, sandbox: text, socketPath: text, pciID: text },
      { requiredKeys: ["name"], noNullPrototype: true },
    ),
  ),
  ips: fc.array(
    fc.record(
      { address: cidr(), gateway: ip, interface: fc.nat() },
      { requiredKeys: ["address"], noNullPrototype: true },
    ),
  ),
  routes: fc.array(
    fc.record(
      {
        dst: cidr(),
        gw: ip,
        mtu: positive,
        advmss: positive,
        priority: positive,
        table: fc.nat(),
        scope: fc.nat(),
      },
      { requiredKeys: ["dst"], noNullPrototype: true },
    ),
  ),
  dns: fc.record(
    { nameservers: texts, domain: text, search: texts, options: texts },
    { requiredKeys: [], noNullPrototype: true },
  ),
});

test("a result that was written and read is what its version can hold", () => {
  fc.assert(
    fc.property(anyResult, fc.constantFrom(...cniVersions), (result, version) => {
      const bare = result.ips.length === 0 && result.interfaces.length + result.routes.length > 0;
      if (!isAtLeast(version, "0.3.0") && bare) {
        expect(cniErrorOf(() => encodeResult(result, version)).code).toBe(1);
        return;
      }
      expect(decodeResult(encodeResultText(result, version))).toEqual(reduced(result, version));
      expect(decodeResult(encodeResult(result, version))).toEqual(reduced(result, version));
    }),
  );
});

test("what a version holds survives the way to any newer version and back", () => {
  const versions = fc.tuple(fc.constantFrom(...cniVersions), fc.constantFrom(...cniVersions));
  fc.assert(
    fc.property(anyResult, versions, (result, [one, other]) => {
      const [older, newer] = isAtLeast(one, other) ? [other, one] : [one, other];
      const small = reduced(result, older);
      fc.pre(isAtLeast(older, "0.3.0") || small.ips.length > 0);
      const back = decodeResult(encodeResult(decodeResult(encodeResult(small, newer)), older));
      expect(back).toEqual(small);
    }),
  );
});

/** What is left of a result in a version: written down here once more, from the specifications. */
function reduced(result: CniResult, version: CniVersion): CniResult {
  if (isAtLeast(version, "1.1.0")) return result;
  const routes = result.routes.map(({ dst, gw }): ResultRoute => (gw === undefined ? { dst } : { dst, gw }));
  if (isAtLeast(version, "0.3.0")) {
    const interfaces = result.interfaces.map(({ mtu, socketPath, pciID, ...rest }) => rest);
    return { ...result, interfaces, routes };
  }
  const firsts = ipFamilies.flatMap((family) =>
    result.ips.filter(({ address }) => parseCidr(address)?.family === family).slice(0, 1),
  );
  const families = firsts.map(({ address }) => parseCidr(address)?.family);
  return {
    interfaces: [],
    ips: firsts.map(({ interface: _index, ...rest }) => rest),
    routes: families.flatMap((family) => routes.filter(({ dst }) => parseCidr(dst)?.family === family)),
    dns: result.dns,
  };
}

test("a version has exactly one row", () => {
  const all = { versions: cniVersions };
  expect(shapesByVersion([all]).get("0.4.0")).toBe(all);
  expect(() => shapesByVersion([all, { versions: ["0.4.0"] }])).toThrow("2 result shapes for CNI 0.4.0");
  expect(() => shapesByVersion([{ versions: ["0.4.0"] }])).toThrow("no result shape for CNI 0.1.0");
});
