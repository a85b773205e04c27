// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError, ipFamilies } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { aConfig, aNetwork, anAttachment, aPlanInput, aPrimary, aSelection } from "./builders.ts";
import type { Attachment } from "./plan.ts";
import { type PlanInput, planAttachments } from "./plan-attachments.ts";

/** The standard inputs of the second network's plugins, parsed. */
function stdinsOf(input: Partial<PlanInput>): readonly unknown[] {
  const plan = planAttachments(aPlanInput(input));
  return (plan.attachments[1]?.plugins ?? []).map(({ stdin }) => JSON.parse(stdin));
}

test("a pod with one further network", () => {
  const args =
    "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2";
  const bridge = '{"type":"bridge","ipam":{"type":"host-local"},"name":"cbr0","cniVersion":"1.0.0"}';
  const portmap =
    '{"type":"portmap","capabilities":{"portMappings":true},"name":"cbr0","cniVersion":"1.0.0"}';
  const macvlan = '{"cniVersion":"1.0.0","name":"mv-a","type":"macvlan","ipam":{"type":"host-local"}}';
  const plugin = (type: string, stdin: string) => ({ type, cniVersion: "1.0.0" as const, stdin });
  const primary: Attachment = {
    ...anAttachment({ role: "primary", network: "cbr0", cniName: "cbr0", interface: "eth0", cniArgs: args }),
    plugins: [plugin("bridge", bridge), plugin("portmap", portmap)],
  };
  expect(planAttachments(aPlanInput())).toEqual({
    schemaVersion: 1,
    containerId: "abc",
    ifName: "eth0",
    netns: "/run/netns/x",
    pod: { namespace: "default", name: "web", uid: "1-2" },
    searchDirs: ["/opt/cni/bin"],
    attachments: [primary, anAttachment({ cniArgs: args, plugins: [plugin("macvlan", macvlan)] })],
  });
});

test("values go to the plugins that declare them", () => {
  const plugins = [
    { type: "macvlan", capabilities: { ips: true } },
    { type: "tuning", capabilities: { mac: true, portMappings: true } },
    { type: "firewall" },
  ];
  const config = aConfig({ cniVersion: "1.0.0", name: "mv-ips", plugins });
  const selection = aSelection({ ips: ["10.1.1.5/24"], mac: "02:00:00:00:00:01" });
  const runtimeConfig = { portMappings: [{ hostPort: 80 }] };
  const given = stdinsOf({
    config: { runtimeConfig, attach: "sequential" },
    networks: [aPrimary(), aNetwork({ config, selection })],
  });
  expect(given).toMatchObject([
    { runtimeConfig: { ips: ["10.1.1.5/24"] } },
    { runtimeConfig: { mac: "02:00:00:00:00:01" } },
    {},
  ]);
  expect(given[2]).not.toHaveProperty("runtimeConfig");
});

test("what the runtime passed goes to the primary", () => {
  const input = aPlanInput({
    config: { runtimeConfig: { portMappings: [{ hostPort: 80 }] }, attach: "sequential" },
  });
  const [bridge, portmap] = planAttachments(input).attachments[0]?.plugins ?? [];
  expect(bridge?.stdin).not.toContain("runtimeConfig");
  expect(JSON.parse(portmap?.stdin ?? "")).toMatchObject({
    runtimeConfig: { portMappings: [{ hostPort: 80 }] },
  });
});

test("cni-args are merged into args.cni of every plugin", () => {
  const config = aConfig({ args: { cni: { a: 1, b: 2 }, other: true } });
  const networks = [aPrimary(), aNetwork({ config, selection: aSelection({ cniArgs: { b: 3, c: 4 } }) })];
  expect(stdinsOf({ networks })).toMatchObject([{ args: { cni: { a: 1, b: 3, c: 4 }, other: true } }]);
});

test("an allocated device is in every plugin's configuration, and in its runtimeConfig where declared", () => {
  const plugins = [
    { type: "sriov", deviceID: "old" },
    { type: "tuning", capabilities: { deviceID: true, CNIDeviceInfoFile: true } },
  ];
  const config = aConfig({ cniVersion: "1.0.0", name: "sriov", plugins });
  const device = { resourceName: "intel.com/a", deviceId: "0000:03:02.1" };
  const network = aNetwork({ label: "default/sriov", config, device });
  const infoFile = "/var/run/k8s.cni.cncf.io/devinfo/cni/default-sriov-abc_net1";
  const inConfig = { deviceID: "0000:03:02.1", pciBusID: "0000:03:02.1" };
  expect(stdinsOf({ networks: [aPrimary(), network] })).toMatchObject([
    { type: "sriov", ...inConfig },
    { type: "tuning", ...inConfig, runtimeConfig: { deviceID: "0000:03:02.1", CNIDeviceInfoFile: infoFile } },
  ]);
  const plan = planAttachments(aPlanInput({ networks: [aPrimary(), network] }));
  expect(plan.attachments[1]?.device).toEqual({ ...device, infoFile });
});

test("a device that the pod names itself goes only where it is declared", () => {
  const device = { resourceName: undefined, deviceId: "0000:03:02.1" };
  const taking = aNetwork({ config: aConfig({ capabilities: { deviceID: true } }), device });
  const [given] = stdinsOf({ networks: [aPrimary(), taking] });
  expect(given).toMatchObject({ runtimeConfig: { deviceID: "0000:03:02.1" } });
  expect(given).not.toHaveProperty("deviceID");
  const error = cniErrorOf(() => stdinsOf({ networks: [aPrimary(), aNetwork({ device })] }));
  expect(error).toMatchObject({
    code: 7,
    message: 'network "default/mv-a" does not take device "0000:03:02.1": no plugin of it declares deviceID',
  });
});

test("an auxiliary chain works on the primary's interface and shares its routes", () => {
  const chain = aNetwork({ role: "auxiliary", label: "vendor", selection: undefined });
  const asking = aNetwork({ selection: aSelection({ defaultRoute: ["10.1.1.1"] }) });
  const plan = planAttachments(aPlanInput({ networks: [aPrimary(), asking, chain] }));
  expect(plan.attachments.map((attachment) => attachment.interface)).toEqual(["eth0", "net1", "eth0"]);
  expect(plan.attachments[2]?.defaultRoutes).toEqual({ ipv4: { kind: "remove" }, ipv6: { kind: "keep" } });
  const routed = planAttachments(aPlanInput({ networks: [{ ...asking, role: "primary" }, chain] }));
  expect(routed.attachments[1]?.defaultRoutes.ipv4).toEqual({ kind: "via", gateway: "10.1.1.1" });
});

test.each([
  [[], "1.0.0"],
  [[["macvlan", ["0.3.1", "0.4.0", "1.0.0", "1.1.0"]]], "1.0.0"],
  [[["macvlan", ["0.3.1", "0.4.0"]]], "0.4.0"],
  [
    [
      ["macvlan", ["1.0.0"]],
      ["host-local", ["0.3.1", "1.0.0"]],
    ],
    "1.0.0",
  ],
  [
    [
      ["macvlan", ["0.3.1", "1.0.0"]],
      ["host-local", ["0.3.1"]],
    ],
    "0.3.1",
  ],
  [
    [
      ["macvlan", undefined],
      ["host-local", ["0.4.0"]],
    ],
    "0.4.0",
  ],
] as const)("with VERSION answers %j version %s is spoken", (answers, version) => {
  const plan = planAttachments(
    aPlanInput({ versions: new Map<string, readonly string[] | undefined>(answers) }),
  );
  const [plugin] = plan.attachments[1]?.plugins ?? [];
  expect(plugin?.cniVersion).toBe(version);
  expect(JSON.parse(plugin?.stdin ?? "")).toMatchObject({ cniVersion: version });
});

test("plugins without a common version are named with theirs", () => {
  const versions = new Map([
    ["macvlan", ["1.0.0", "1.1.0"]],
    ["host-local", ["0.3.1"]],
  ]);
  expect(cniErrorOf(() => planAttachments(aPlanInput({ versions })))).toMatchObject({
    code: 1,
    message:
      'network "default/mv-a": no common CNI version: plugin "macvlan" speaks 1.0.0, 1.1.0, its IPAM plugin "host-local" 0.3.1',
  });
});

const selection = fc.record({
  interface: fc.option(fc.constantFrom("net1", "net2", "data0", "eth0"), { nil: undefined }),
  ips: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 2 }),
  defaultRoute: fc.option(fc.array(fc.oneof(fc.ipV4(), fc.constant("fd00::1")), { maxLength: 2 }), {
    nil: undefined,
  }),
  cniArgs: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
});
const device = fc.option(
  fc.record({ resourceName: fc.option(fc.string(), { nil: undefined }), deviceId: fc.string() }),
  { nil: undefined },
);
const networks = fc.array(
  fc
    .record({ selection: fc.option(selection, { nil: undefined }), device })
    .map((asked) =>
      aNetwork({ device: asked.device, selection: asked.selection && aSelection(asked.selection) }),
    ),
  { maxLength: 4 },
);

test("a plan is plain JSON, its interfaces are unique and a family has at most one default route; else it is refused", () => {
  let planned = 0;
  fc.assert(
    fc.property(networks, fc.string(), (further, args) => {
      const input = aPlanInput({ networks: [aPrimary(), ...further] });
      try {
        const plan = planAttachments({ ...input, request: { ...input.request, args } });
        planned += 1;
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        const names = plan.attachments.map((attachment) => attachment.interface);
        expect(new Set(names).size).toBe(names.length);
        for (const family of ipFamilies) {
          const ways = plan.attachments.filter(({ defaultRoutes }) => defaultRoutes[family].kind === "via");
          expect(ways.length).toBeLessThanOrEqual(1);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CniError);
      }
    }),
  );
  expect(planned).toBeGreaterThan(0);
});
