// SPDX-License-Identifier: Apache-2.0
import type { ClusterFacts } from "../../diagnosis/facts/index.ts";
import { count, fact, inLine, listed, type Row, words } from "./said.ts";

/** What is told of a cluster, in this order. */
export const clusterRows: readonly Row<ClusterFacts>[] = [
  {
    title: "API server",
    say: ({ version }) => fact(version, ({ gitVersion, platform }) => [words(gitVersion, platform)]),
  },
  {
    title: "nodes",
    say: ({ nodes }) =>
      fact(nodes, (all) =>
        all.map(({ name, ready, distribution, runtimeVersion }) =>
          [
            name,
            ready.status === "True" ? "ready" : "not ready",
            distribution.name === "unknown"
              ? "distribution unknown"
              : words(distribution.name, distribution.version),
            runtimeVersion,
          ]
            .filter((part) => part !== undefined)
            .join(", "),
        ),
      ),
  },
  {
    title: "primary network",
    say: ({ primary }) =>
      fact(primary, (all) =>
        all.map(({ name, version, why, exclusive }) =>
          words(
            name,
            version,
            `(${why})`,
            exclusive?.kind === "known" && exclusive.value && "removes configurations of others",
          ),
        ),
      ),
  },
  {
    title: "Multus",
    say: ({ multusDaemonSets }) =>
      fact(multusDaemonSets, (all) =>
        all.map(
          ({ namespace, name, flavour, engine, status, why }) =>
            `${namespace}/${name}: ${flavour.endsWith(engine) ? flavour : `${flavour} (${engine})`}, ready on ${status.ready} of ${count(status.desired, "node", "nodes")} (${why.join("; ")})`,
        ),
      ),
  },
  {
    title: "CRD",
    say: ({ crd }) =>
      fact(crd, ({ exists, versions }) => [exists ? `there, ${versions.join(", ")}` : "absent"]),
  },
  {
    title: "networks",
    say: ({ networks }) =>
      fact(networks, (all) => {
        const broken = all.filter(({ content }) => content?.problem !== undefined);
        return [
          count(all.length, "NetworkAttachmentDefinition", "NetworkAttachmentDefinitions"),
          ...broken.map(({ content }) => content?.problem ?? ""),
        ];
      }),
  },
  {
    title: "rights of Multus",
    say: ({ rbac }) =>
      fact(rbac, (all) =>
        all.map(
          ({ namespace, serviceAccount, roles }) =>
            `${namespace}/${serviceAccount}: ${listed(roles.map(({ role }) => role))}`,
        ),
      ),
  },
  {
    title: "own rights",
    say: ({ access }) =>
      fact(access, (all) => {
        const lacking = all.filter(({ allowed }) => !allowed);
        return lacking.length === 0
          ? ["all that an installation needs"]
          : lacking.map(({ verb, resource, namespace }) =>
              words("may not", verb, resource, namespace && `in ${namespace}`),
            );
      }),
  },
  {
    title: "pods",
    say: ({ pods }) =>
      fact(pods, ({ total, withNetworks, listed }) => [
        `${total}, of which ${withNetworks} ask for networks and ${listed.filter(({ phase }) => phase === "Pending").length} wait to start`,
      ]),
  },
  {
    title: "KubeVirt",
    say: ({ kubevirt }) =>
      fact(kubevirt, ({ installed, version, phase, virtualMachines }) =>
        installed
          ? [
              words(version ?? "installed", phase),
              inLine(virtualMachines, ({ length }) => count(length, "virtual machine", "virtual machines")),
            ]
          : ["not installed"],
      ),
  },
  {
    title: "warnings",
    say: ({ events }) =>
      fact(events, (all) => {
        const reasons = Map.groupBy(all, ({ reason }) => reason);
        return Array.from(reasons, ([reason, those]) => `${reason}: ${those.length}`);
      }),
  },
];
