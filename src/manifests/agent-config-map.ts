// SPDX-License-Identifier: Apache-2.0
import type { ConfigMap } from "kubernetes-types/core/v1";
import type { Installation } from "./installation.ts";
import type { Manifest } from "./manifest.ts";
import { agentLabels, configFile, configMapName } from "./names.ts";

/** The agent's configuration (docs/agent-configuration.md) as a ConfigMap. */
export function agentConfigMap(installation: Installation): Manifest<ConfigMap> {
  return {
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: configMapName, namespace: installation.namespace, labels: agentLabels },
      data: { [configFile]: `${JSON.stringify(agentConfig(installation), null, 2)}\n` },
    },
    comments: [
      {
        path: [],
        text:
          "How the agent works, docs/agent-configuration.md. Every path is a path of the host, and one of the " +
          "mounts below has it. The agent reads it when it starts: after a change, restart the DaemonSet.",
      },
    ],
  };
}

function agentConfig(installation: Installation): Readonly<Record<string, unknown>> {
  // JSON leaves out what is undefined.
  return {
    cniConfigDir: installation.cniConfDir,
    primaryName: installation.primary?.name,
    primaryType: installation.primary?.type,
    cniDir: installation.cniDir,
    confDir: installation.namedConfDir,
    kubeletDir: installation.kubeletDir,
    socketDir: installation.socketDir,
    listen: `127.0.0.1:${installation.port}`,
    readinessindicatorfile: installation.readinessFile,
    criSocket: installation.criSocket,
    hostKubeconfig: installation.hostKubeconfig,
    // One line for each network of each pod; "error" would leave a healthy agent without a word.
    logLevel: "verbose",
  };
}
