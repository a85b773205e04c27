// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { read } from "../statement.ts";
import { rke2 } from "./rke2.ts";

const templates = "harvester: pkg/installer/config/templates";
const persistent = (path: string) =>
  read(
    {
      path,
      trait: "persistent",
      note: "one of PERSISTENT_STATE_PATHS; what is around it is an overlay in memory",
    },
    templates,
  );

/** Virtual machines on RKE2, with an operating system of its own. */
export const harvester = defineDistribution({
  id: "harvester",
  title: "Harvester",
  seen: "harvester of 2026-08-21, harvester-installer of 2026-07-02",
  signs: [read([{ kind: "OS image", begins: "Harvester " }], "harvester: scripts/package-harvester-os")],
  version: "operating system",
  dataDir: rke2.dataDir,
  layouts: rke2.layouts,
  units: rke2.units,
  folders: [
    persistent("/etc/cni"),
    persistent("/opt"),
    persistent("/var/lib/cni"),
    persistent("/var/lib/kubelet"),
  ],
  plugins: [],
  multus: read(
    {
      is: "always",
      how: "thin, by `cni: multus,canal` in rke2-90-harvester-server.yaml",
      daemonSet: "kube-system/rke2-multus",
    },
    templates,
  ),
  notes: [
    read(
      "thick is refused for now: after a reboot the order of configurations is a race (multus#1221)",
      "harvester: enhancements/20251009-nic-hotplug.md",
    ),
    read(
      "an upgrade sets failurePolicy abort on the chart rke2-multus, so that the CRD and all VM networks are not lost",
      "harvester: package/upgrade/upgrade_manifests.sh",
    ),
  ],
});
