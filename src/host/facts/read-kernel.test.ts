// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { type KernelFeature, kernelFeatures } from "../../diagnosis/index.ts";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readKernel } from "./read-kernel.ts";

const running = { "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n" };
const folder = "/lib/modules/6.1.0-18-amd64";
const config = "CONFIG_MACVLAN=m\n# CONFIG_IPVLAN is not set\nCONFIG_TUN=y\nCONFIG_BRIDGE=m\n";

function stateOf(feature: KernelFeature, files: Readonly<Record<string, Entry>>): string {
  using recorded = machineOf(files);
  const support = readKernel(recorded.machine).features[feature];
  return support.kind === "known" ? support.value.state : support.kind;
}

describe("kernel support", () => {
  test.each([
    ...["ko", "ko.gz", "ko.xz", "ko.zst"].map((extension) => ({
      name: `a module packed as .${extension}`,
      feature: "macvlan" as const,
      state: "module",
      files: {
        ...running,
        [`${folder}/modules.dep`]: `kernel/drivers/net/macvlan.${extension}: kernel/x.ko\n`,
        [`${folder}/kernel/drivers/net/macvlan.${extension}`]: "x",
      },
    })),
    {
      name: "a module that only others depend on by a similar name",
      feature: "vlan" as const,
      state: "absent",
      files: {
        ...running,
        [`${folder}/modules.builtin`]: "",
        [`${folder}/modules.dep`]: "kernel/net/x8021q.ko: kernel/net/8021q/8021q.ko\n",
      },
    },
    {
      name: "a module whose file was taken away",
      feature: "macvlan" as const,
      state: "absent",
      files: { ...running, [`${folder}/modules.dep`]: "kernel/drivers/net/macvlan.ko:\n" },
    },
    {
      name: "built in, by modules.builtin",
      feature: "bridge" as const,
      state: "built-in",
      files: { ...running, [`${folder}/modules.builtin`]: "kernel/net/bridge/bridge.ko\n" },
    },
    {
      name: "loaded now",
      feature: "vlan" as const,
      state: "loaded",
      files: { ...running, "/proc/modules": "8021q 40960 0 - Live 0x0\n" },
    },
    {
      name: "loaded is not what merely starts like it",
      feature: "bridge" as const,
      state: "unknown",
      files: { ...running, "/proc/modules": "bridge_netfilter 1 0 - Live 0x0\n" },
    },
    {
      name: "built in, by config.gz",
      feature: "tun" as const,
      state: "built-in",
      files: { ...running, "/proc/config.gz": gzipSync(config) },
    },
    {
      name: "not built at all, by a config in /boot",
      feature: "ipvlan" as const,
      state: "absent",
      files: { ...running, "/boot/config-6.1.0-18-amd64": config },
    },
    {
      name: "a module by config, in a container without /lib/modules",
      feature: "macvlan" as const,
      state: "unknown",
      files: { ...running, "/proc/config.gz": gzipSync(config) },
    },
    {
      name: "a module by config that its package does not bring",
      feature: "macvlan" as const,
      state: "absent",
      files: { ...running, "/proc/config.gz": gzipSync(config), [`${folder}/modules.dep`]: "" },
    },
    {
      name: "only modules.dep, without modules.builtin: it may be built in",
      feature: "macvlan" as const,
      state: "unknown",
      files: { ...running, [`${folder}/modules.dep`]: "" },
    },
    {
      name: "NixOS, whose modules are elsewhere",
      feature: "macvlan" as const,
      state: "module",
      files: {
        ...running,
        "/run/booted-system": { link: "/nix/store/x-system" },
        "/nix/store/x-system/kernel-modules/lib/modules/6.1.0-18-amd64/modules.dep":
          "kernel/drivers/net/macvlan.ko.xz:\n",
        "/nix/store/x-system/kernel-modules/lib/modules/6.1.0-18-amd64/kernel/drivers/net/macvlan.ko.xz": "x",
      },
    },
    {
      name: "another kernel's modules say nothing about this one",
      feature: "macvlan" as const,
      state: "unknown",
      files: { ...running, "/lib/modules/6.1.0-9-amd64/modules.dep": "kernel/drivers/net/macvlan.ko:\n" },
    },
    {
      name: "a broken config.gz",
      feature: "tun" as const,
      state: "unknown",
      files: { ...running, "/proc/config.gz": new Uint8Array([0x1f, 0x8b, 1, 2]) },
    },
    {
      name: "tun in use, nothing else to see",
      feature: "tun" as const,
      state: "loaded",
      files: { ...running, "/sys/class/misc/tun/dev": "10:200\n" },
    },
  ])("$name: $state", ({ feature, state, files }) => {
    expect(stateOf(feature, files)).toBe(state);
  });

  test("a machine that says nothing: every feature unknown, with a reason, never absent", () => {
    using recorded = machineOf({});
    const { release, features } = readKernel(recorded.machine);
    expect(release.kind).toBe("unknown");
    for (const feature of kernelFeatures) {
      expect(features[feature]).toMatchObject({ kind: "unknown", reason: expect.stringMatching(/\w+ \w+/) });
    }
  });

  test("a recorded machine without /proc, with one kernel's modules", () => {
    using recorded = machineOf({
      [`${folder}/modules.dep`]: "kernel/drivers/net/macvlan.ko:\n",
      [`${folder}/kernel/drivers/net/macvlan.ko`]: "x",
    });
    const { release, features } = readKernel(recorded.machine);
    expect(release).toEqual({ kind: "known", value: "6.1.0-18-amd64" });
    expect(features.macvlan).toEqual({
      kind: "known",
      value: { state: "module", seenIn: `${folder}/kernel/drivers/net/macvlan.ko` },
    });
  });
});
