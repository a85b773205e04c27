// SPDX-License-Identifier: Apache-2.0
import { defineCommand, outputOption } from "./define-command.ts";

/** `plures facts`: what this host and the cluster look like. */
export const factsCommand = defineCommand({
  description: [
    "Tells what this host looks like, and the cluster if one is known here: the distribution, what",
    "the container runtime really uses, CNI configurations and plugins, every Multus and what it",
    "mounts, networks, pods that ask for them. It only reads, never a Secret; what it may not read",
    "is unknown, with the reason.",
    "",
    "With --root or --cluster it looks at what was recorded, and at nothing else that is not named.",
  ].join("\n"),
  options: {
    root: {
      kind: "text",
      flags: "--root",
      value: "DIR",
      description: "a folder with the files of a host: its /etc, /var, /proc...",
    },
    cluster: {
      kind: "texts",
      flags: "--cluster",
      value: "FILES",
      description: "objects as `kubectl get -o json` prints them, - for standard input",
    },
    kubeconfig: {
      kind: "text",
      flags: "--kubeconfig",
      value: "FILE",
      description: "how to reach the API server (default: $KUBECONFIG, then the usual files)",
    },
    local: { kind: "flag", flags: "--local", description: "this host alone, no cluster" },
    output: outputOption,
  },
  run: async ({ options, output }) => {
    const { runFacts } = await import("./facts/run-facts.ts");
    return runFacts(options, output);
  },
});
