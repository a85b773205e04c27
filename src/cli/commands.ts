// SPDX-License-Identifier: Apache-2.0
import type { CommandDefinition, CommandOptions } from "./define-command.ts";

/** A command as the help lists it; its code is loaded when it is called. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition<CommandOptions>>;
}

/** Every command. Each has a page docs/commands/<name>.md. */
export const commands: readonly CommandRow[] = [
  {
    name: "try",
    summary: "attach pods to their networks for real, in a sandbox on this machine, and clean up",
    load: async () => (await import("./try.ts")).tryCommand,
  },
  {
    name: "facts",
    summary: "tell what this host and the cluster look like; it only reads",
    load: async () => (await import("./facts.ts")).factsCommand,
  },
  {
    name: "agent",
    summary: "run the agent of this node; a DaemonSet starts it",
    load: async () => (await import("./agent.ts")).agentCommand,
  },
  {
    name: "cni",
    summary: "be the CNI plugin; container runtimes start this, not people",
    load: async () => (await import("./cni.ts")).cniCommand,
  },
  {
    name: "install-cni",
    summary: "put the CNI executable into the container runtime's folder of plugins",
    load: async () => (await import("./install-cni.ts")).installCniCommand,
  },
  {
    name: "completion",
    summary: "print the shell completion for bash, zsh or fish",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
];
