// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { readCrioConfig } from "./read-crio-config.ts";

const main = "/etc/crio/crio.conf";
const folder = "/etc/crio/crio.conf.d";

test.each([
  {
    name: "nothing: the defaults",
    files: {},
    confDir: "/etc/cni/net.d",
    binDirs: ["/opt/cni/bin"],
    network: "",
  },
  {
    name: "OpenShift",
    files: {
      [`${folder}/00-default`]:
        '[crio.network]\nnetwork_dir = "/etc/kubernetes/cni/net.d/"\nplugin_dirs = [\n  "/var/lib/cni/bin",\n]\n',
    },
    confDir: "/etc/kubernetes/cni/net.d",
    binDirs: ["/var/lib/cni/bin"],
    network: "",
  },
  {
    name: "MicroShift with Multus: later files win key by key",
    files: {
      [main]: '[crio]\n[crio.network]\nnetwork_dir = "/etc/cni/net.d"\nplugin_dirs = ["/usr/libexec/cni"]\n',
      [`${folder}/10-microshift_base.conf`]: '[crio.network]\nplugin_dirs = ["/run/cni/bin"]\n',
      [`${folder}/12-microshift-multus.conf`]: '[crio.network]\ncni_default_network = "multus-cni-network"\n',
    },
    confDir: "/etc/cni/net.d",
    binDirs: ["/run/cni/bin"],
    network: "multus-cni-network",
  },
  {
    name: "the older key for one folder",
    files: { [main]: '[crio.network]\nplugin_dir = "/x"\n' },
    confDir: "/etc/cni/net.d",
    binDirs: ["/opt/cni/bin", "/x"],
    network: "",
  },
])("CRI-O, $name", ({ files, confDir, binDirs, network }) => {
  using recorded = machineOf(files);
  const settings = readCrioConfig(recorded.machine, { main, folder });
  expect(settings.confDir.value).toBe(confDir);
  expect(settings.binDirs.value).toEqual(binDirs);
  expect(settings.defaultNetwork?.value).toBe(network);
});

test("a broken drop-in is named", () => {
  using recorded = machineOf({ [`${folder}/10-x`]: "[crio\n" });
  expect(() => readCrioConfig(recorded.machine, { main, folder })).toThrow(`"${folder}/10-x" is no TOML`);
});
