// SPDX-License-Identifier: Apache-2.0

/** Upstream Multus thin and thick, and our agent, which speaks of paths of the host only. */
export const flavours = ["thin", "thick", "plures"] as const;

/** One of them. */
export type Flavour = (typeof flavours)[number];

/** A file, or a program's arguments, in which paths are configured. */
export const pathFiles = [
  "DaemonSet",
  "arguments of thin_entrypoint",
  "arguments of install_multus",
  "daemon-config.json",
  "00-multus.conf",
] as const;

/** One of them. `00-multus.conf` stands for `00-multus.conflist`, too. */
export type PathFile = (typeof pathFiles)[number];

/** One key that holds a path: whose path, and who reads it. */
export interface PathKey {
  readonly flavour: Flavour;
  readonly file: PathFile;
  /** With dots where it is deeper; an argument with its dashes. */
  readonly key: string;
  /** `both`: the path has to mean the same folder on the host and in the pod. */
  readonly domain: "host" | "pod" | "both";
  /** `file or name`: a value without slash is no path, such as `auto` or the name of a network. */
  readonly holds: "folder" | "file" | "file or name";
  readonly default?: string;
  /** Completes "read by": which program, and where it runs. */
  readonly reader: string;
  /** Where this was read; without: our own code. */
  readonly source?: string;
}
