// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const conf = "microshift: packaging/crio.conf.d";
const assets = "microshift: assets/components/multus";

/** OpenShift's Kubernetes for small machines, as RPM packages. */
export const microshift = defineDistribution({
  id: "microshift",
  title: "MicroShift",
  seen: "microshift of 2026-08-21",
  signs: [
    read([{ kind: "path", path: "/etc/crio/crio.conf.d/10-microshift_base.conf" }], conf),
    read([{ kind: "path", path: "/var/lib/microshift" }], conf),
  ],
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", assets),
        cniBinDir: read("/run/cni/bin", conf),
        runtimeConfig: read("/etc/crio/crio.conf.d/10-microshift_base.conf", conf),
        criSocket: inferred("/var/run/crio/crio.sock", conf),
        adminKubeconfig: read("/var/lib/microshift/resources/kubeadmin/kubeconfig", assets),
      },
      primary: read({ file: "10-ovn-kubernetes.conf" }, assets),
    },
  ],
  units: inferred(["crio.service", "microshift.service"], conf),
  folders: [
    inferred(
      {
        path: "/run/cni/bin",
        trait: "volatile",
        note: "below /run, a tmpfs: plugins are copied there at each start",
      },
      conf,
    ),
  ],
  plugins: [
    read(["bridge", "dhcp", "host-local", "ipvlan", "macvlan", "static"], {
      in: assets,
      versions: "with its Multus; copied by an init container",
    }),
  ],
  multus: read(
    {
      is: "option",
      how: "an RPM package: thin, with cni_default_network multus-cni-network in 12-microshift-multus.conf",
    },
    `${conf}, ${assets}`,
  ),
  notes: [
    inferred(
      "by the API alone it may be taken for OpenShift: nobody looked whether it serves apps.openshift.io",
      "troubleshoot: distribution.go",
    ),
  ],
});
