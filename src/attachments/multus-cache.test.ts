// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import recordedState from "./fixtures/recorded-multus-state.json";
import recordedNads from "./fixtures/recorded-nads.json";
import { entryFromMultusCache } from "./multus-cache.ts";

const key = { containerId: "abc", ifName: "eth0" };
const base64 = (value: unknown) => btoa(typeof value === "string" ? value : JSON.stringify(value));

function entryOf(pod: string) {
  const state = recordedState.find((each) => each.pod === pod);
  if (state === undefined) throw new Error(`no recording of ${pod}`);
  const files = { delegates: state.delegates, results: Object.values(state.results) };
  return entryFromMultusCache(files, { containerId: state.containerId, ifName: "eth0" });
}

/** The standard inputs of an attachment's plugins, parsed. */
const stdins = (entry: ReturnType<typeof entryOf>, index: number) =>
  entry.plan.attachments[index]?.plugins.map(({ stdin }) => JSON.parse(stdin));

test.each([
  [
    "default-route",
    [
      ["cbr0", "eth0"],
      ["default/br-gw", "net1"],
    ],
  ],
  [
    "dual-stack",
    [
      ["cbr0", "eth0"],
      ["default/br-gw", "net1"],
    ],
  ],
  [
    "ignored-ip",
    [
      ["cbr0", "eth0"],
      ["default/mv-a", "net1"],
    ],
  ],
  [
    "one-ip-a",
    [
      ["cbr0", "eth0"],
      ["default/one-ip", "net1"],
    ],
  ],
  ["plain", [["cbr0", "eth0"]]],
  [
    "static",
    [
      ["cbr0", "eth0"],
      ["default/mv-ips", "net1"],
    ],
  ],
  [
    "two-nets",
    [
      ["cbr0", "eth0"],
      ["default/mv-a", "net1"],
      ["default/br-c", "data0"],
    ],
  ],
])("the recorded pod %s has its networks, a result for each, and whole configurations", (pod, networks) => {
  const entry = entryOf(pod);
  const { plan, results } = entry;
  expect(plan.attachments.map((each) => [each.network, each.interface])).toEqual(networks);
  expect(plan.attachments.map(({ role }, index) => [role, index === 0])).toEqual(
    networks.map((_, index) => [index === 0 ? "primary" : "network", index === 0]),
  );
  expect([...results.keys()]).toEqual(networks.map((_, index) => index));
  expect(plan.pod).toMatchObject({ namespace: "default", name: pod });
  expect(plan.netns).toStartWith("/var/run/netns/cni-");
  for (const [index, attachment] of plan.attachments.entries()) {
    const nad = recordedNads.find(({ name }) => `default/${name}` === attachment.network);
    if (nad === undefined) continue;
    const config = JSON.parse(nad.config);
    expect(stdins(entry, index)).toMatchObject(config.plugins ?? [config]);
  }
});

const recordedPods = recordedState.map(({ pod }) => pod);

test.each(recordedPods)(
  "%s: the plugin keys that v4.3.0 lost are back, so its lease can be released",
  (pod) => {
    const bridge = {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.42.0.0/24" }]], routes: [{ dst: "0.0.0.0/0" }] },
      name: "cbr0",
      cniVersion: "1.0.0",
    };
    const portmap = {
      type: "portmap",
      capabilities: { portMappings: true },
      name: "cbr0",
      cniVersion: "1.0.0",
    };
    expect(stdins(entryOf(pod), 0)).toEqual([bridge, portmap]);
  },
);

test.each(recordedPods)("%s: the plan is plain JSON", (pod) => {
  const { plan } = entryOf(pod);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("arguments and declared capability values are those of the ADD", () => {
  const { plan } = entryOf("static");
  expect(plan.attachments[1]?.cniArgs).toEndWith(";MAC=02:00:00:00:40:10;IP=192.168.40.10/24");
  expect(stdins(entryOf("static"), 1)).toMatchObject([
    { type: "macvlan", runtimeConfig: { ips: ["192.168.40.10/24"], mac: "02:00:00:00:40:10" } },
    { type: "tuning", runtimeConfig: { mac: "02:00:00:00:40:10" } },
  ]);
  expect(stdins(entryOf("ignored-ip"), 1)?.[0]).not.toHaveProperty("runtimeConfig");
});

test("the result of the default-route work is the one that DEL gets", () => {
  expect(entryOf("default-route").results.get(0)?.routes).toEqual([]);
});

test("without a result cache the interface rule and the request's arguments stand in", () => {
  const state = recordedState.find(({ pod }) => pod === "two-nets");
  const files = { delegates: state?.delegates ?? "", results: ["", "{", '{"kind":"other"}', "[]"] };
  const args = "K8S_POD_NAMESPACE=default;K8S_POD_NAME=two-nets";
  const { plan, results } = entryFromMultusCache(files, { ...key, args });
  expect(plan.attachments.map((each) => each.interface)).toEqual(["eth0", "net1", "data0"]);
  expect(plan.attachments[0]?.cniArgs).toBe(
    "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=two-nets",
  );
  expect(results.size).toBe(0);
});

test("an interface that the rule does not expect is taken from the result cache", () => {
  const config = { cniVersion: "1.0.0", name: "lan", type: "macvlan" };
  const delegates = [config, config].map((each) => ({ Name: each.name, Bytes: base64(each) }));
  const results = ["eth0", "odd0"].map((ifName) =>
    JSON.stringify({ kind: "cniCacheV1", networkName: "lan", ifName, result: { cniVersion: "1.0.0" } }),
  );
  const { plan } = entryFromMultusCache({ delegates: JSON.stringify(delegates), results }, key);
  expect(plan.attachments.map((each) => each.interface)).toEqual(["eth0", "odd0"]);
});

test("versions before v4.2, and masters after v4.3, have all in Bytes", () => {
  const list = { cniVersion: "0.3.1", name: "cbr0", plugins: [{ type: "bridge", bridge: "cni0" }] };
  const delegates = [
    { Conf: {}, ConfList: list, Name: "cbr0", Bytes: base64(list) },
    {
      Conf: { type: "macvlan" },
      Name: "web/lan",
      Bytes: base64('{"type":"macvlan","big":12345678901234567890}'),
    },
  ];
  const { plan } = entryFromMultusCache({ delegates: JSON.stringify(delegates), results: [] }, key);
  expect(plan.attachments.map(({ cniName, cniVersion }) => [cniName, cniVersion])).toEqual([
    ["cbr0", "0.3.1"],
    ["lan", "0.1.0"],
  ]);
  expect(plan.attachments[0]?.plugins[0]?.stdin).toContain('"bridge":"cni0"');
  expect(plan.attachments[1]?.plugins[0]?.stdin).toContain('"big":12345678901234567890');
});

test("plugins of a folder, a device and cni-args are put back into a v4.3 list", () => {
  const bridge = { type: "sriov", vlan: 5 };
  const tuning = { type: "tuning", sysctl: {} };
  const lost = [
    { type: "sriov", deviceID: "0000:03:02.1", pciBusID: "0000:03:02.1", args: { cni: { a: 1 } } },
    { type: "tuning" },
  ];
  const delegate = {
    Name: "default/sriov",
    deviceID: "0000:03:02.1",
    resourceName: "intel.com/a",
    CNINetworkConfigList: {
      Plugins: [bridge, tuning].map((plugin) => ({ Network: {}, Bytes: base64(plugin) })),
      Bytes: base64({ cniVersion: "1.0.0", name: "sriov", plugins: [bridge] }),
    },
    Bytes: base64({ cniVersion: "1.0.0", name: "sriov", plugins: lost }),
  };
  const { plan } = entryFromMultusCache({ delegates: JSON.stringify([delegate]), results: [] }, key);
  const [first, second] = plan.attachments[0]?.plugins.map(({ stdin }) => JSON.parse(stdin)) ?? [];
  expect(first).toMatchObject({ vlan: 5, deviceID: "0000:03:02.1", args: { cni: { a: 1 } } });
  expect(second).toMatchObject({ type: "tuning", sysctl: {} });
  expect(plan.attachments[0]?.device).toEqual({
    resourceName: "intel.com/a",
    deviceId: "0000:03:02.1",
    infoFile: "/var/run/k8s.cni.cncf.io/devinfo/cni/default-sriov-abc_eth0",
  });
});

test("an auxiliary chain is replayed without upstream's empty starter", () => {
  const chain = { cniVersion: "1.0.0", name: "vendor", plugins: [{ type: "passthru" }, { type: "tuning" }] };
  const primary = { cniVersion: "1.0.0", name: "cbr0", type: "bridge" };
  const delegates = [primary, chain].map((config) => ({ Name: config.name, Bytes: base64(config) }));
  const { plan } = entryFromMultusCache({ delegates: JSON.stringify(delegates), results: [] }, key);
  expect(plan.attachments[1]).toMatchObject({
    role: "auxiliary",
    interface: "net1",
    plugins: [{ type: "tuning" }],
  });
});

test.each([
  ["{", "JSON"],
  ["{}", "it is no list of delegates"],
  ["[7]", "delegate 0 is no object"],
  ['[{"Name":"a"}]', "delegate 0 has no Bytes"],
  ['[{"Name":"a","Bytes":"%%"}]', "the Bytes of delegate 0 are no base64 text"],
  [`[{"Name":"a","Bytes":"${base64("{")}"}]`, "delegate 0: line 1 column 2"],
  [`[{"Name":"a","Bytes":"${base64("{}")}"}]`, "delegate 0: "],
])("the broken file %p is named", (delegates, reason) => {
  const error = cniErrorOf(() => entryFromMultusCache({ delegates, results: [] }, key));
  expect(error.code).toBe(5);
  expect(error.message).toStartWith(`reading upstream Multus' cache file "abc": `);
  expect(error.message).toContain(reason);
});

test("a file cut short anywhere is read whole or refused with code 5", () => {
  const text = recordedState[0]?.delegates ?? "";
  fc.assert(
    fc.property(fc.integer({ min: 1, max: text.length - 2 }), (length) => {
      try {
        entryFromMultusCache({ delegates: text.slice(0, length), results: [text.slice(length)] }, key);
        throw new Error("a part was taken for the whole");
      } catch (error) {
        expect(error).toBeInstanceOf(CniError);
        expect(error).toMatchObject({ code: 5 });
      }
    }),
  );
});

test.each(recordedState.map(({ pod }) => pod))(
  "a delegates file that was cut off is made up for by the results: %s",
  (pod) => {
    const state = recordedState.find((each) => each.pod === pod);
    const whole = entryOf(pod);
    const files = {
      delegates: state?.delegates.slice(0, 100) ?? "",
      results: Object.values(state?.results ?? {}),
    };
    const entry = entryFromMultusCache(files, { containerId: state?.containerId ?? "", ifName: "eth0" });
    const shown = ({ plan }: typeof entry) =>
      plan.attachments.map(({ cniName, interface: name, cniArgs, plugins }) => ({
        cniName,
        name,
        cniArgs,
        plugins: plugins.map(({ stdin }) => JSON.parse(stdin)),
      }));
    expect(shown(entry)[0]).toEqual(shown(whole)[0]);
    expect(shown(entry).slice(1)).toEqual(expect.arrayContaining(shown(whole).slice(1)));
    expect(shown(entry)).toHaveLength(shown(whole).length);
  },
);

test("an empty delegates file without results holds no pod for ever", () => {
  expect(entryFromMultusCache({ delegates: "", results: [] }, key).plan.attachments).toEqual([]);
});
