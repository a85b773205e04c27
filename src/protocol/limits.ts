// SPDX-License-Identifier: Apache-2.0

/** What either side allows the other; docs/protocol.md names the same numbers. */
export const limits = {
  /** Of a frame, without its length field. */
  frameBytes: 4 * 1024 * 1024,
  /** Of a plugin's standard output and standard error together. */
  outputBytes: 1024 * 1024,
  /** Steps of one request that are under way side by side. */
  steps: 32,
  /** Of a netlink message that the agent sends. */
  netlinkRequestBytes: 4096,
  /** Of what the kernel answers to one. */
  netlinkAnswerBytes: 1024 * 1024,
  /** Between SIGTERM and SIGKILL for a plugin that is stopped. */
  graceMs: 2000,
} as const;

/** Versions of the protocol that this side speaks. */
export const protocolVersions = { lowest: 1, highest: 1 } as const;

/** The first four bytes of a greeting. */
export const magic = "PLRS";

/** Where the agent listens when the configuration has no `daemonSocketDir`; the name is upstream's. */
export const defaultSocketDir = "/run/multus";

/** The socket of the agent in its folder. */
export function socketPathIn(dir: string): string {
  return `${dir.replace(/\/+$/, "")}/multus.sock`;
}
