// SPDX-License-Identifier: Apache-2.0
import { defineCommand, outputOption } from "./define-command.ts";

/** `plures agent`: the program that decides for a node. */
export const agentCommand = defineCommand({
  description: [
    "Runs the agent of this node until it is told to end: it answers the CNI executable on a unix socket,",
    "watches pods and networks, and keeps the node's CNI configuration. A DaemonSet starts it, one per node.",
    "",
    "With --check-config it reads its configuration, tells all that is wrong with it, and ends.",
  ].join("\n"),
  options: {
    config: {
      kind: "text",
      flags: "--config",
      value: "FILE",
      description: "its configuration, JSON (default: none, every key has its default)",
    },
    checkConfig: {
      kind: "flag",
      flags: "--check-config",
      description: "only tell what is wrong with the configuration",
    },
    nodeName: {
      kind: "text",
      flags: "--node-name",
      value: "NAME",
      description: "the node's name in Kubernetes (default: $NODE_NAME, then the host's name)",
    },
    kubeconfig: {
      kind: "text",
      flags: "--kubeconfig",
      value: "FILE",
      description: "how to reach the Kubernetes API (default: the ServiceAccount of the pod)",
    },
    hostKubeconfig: {
      kind: "text",
      flags: "--host-kubeconfig",
      value: "FILE",
      description: "keep a kubeconfig there for the CNI executable, for when no agent answers it",
    },
    hostApiServer: {
      kind: "text",
      flags: "--host-api-server",
      value: "URL",
      description: "the API server in that kubeconfig (default: the one that the agent uses)",
    },
    listen: {
      kind: "text",
      flags: "--listen",
      value: "ADDRESS",
      description: "where to serve metrics and probes, ADDRESS:PORT or off",
    },
    output: outputOption,
  },
  run: async ({ options, output }) => {
    if (options.checkConfig) {
      const { checkConfig } = await import("./agent/check-config.ts");
      return checkConfig(options, output);
    }
    const { startAgentCommand } = await import("./agent/start-agent.ts");
    return startAgentCommand(options);
  },
});
