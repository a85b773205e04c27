// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { fileRows } from "./file-fact.ts";
import { flag, hostPath, list, maybe, oneOf, shape, text } from "./shapes.ts";

/** What is known of a folder before anything of it is read. */
const folderRows = {
  path: hostPath("The folder, as the runtime's configuration names it"),
  realPath: maybe(hostPath("Where it is when all links are followed, when that differs from `path`")),
  exists: flag("Whether it is there"),
  readOnly: maybe(flag("Whether its mount is read-only")),
  volatile: maybe(flag("Whether its content is lost at a restart of the host: tmpfs, or an overlay on one")),
} as const;

/** What a CNI configuration says, as far as it matters here; no secret can be in it. */
export const confContent = shape("What a CNI configuration says", {
  cniVersion: maybe(text("cniVersion")),
  name: maybe(text("Name of the network")),
  plugins: list(
    "Its plugins, in order",
    shape("A plugin", {
      type: text("Name of the executable"),
      ipam: maybe(text("type of its ipam")),
      master: maybe(text("Interface of the host that it stands on")),
    }),
  ),
  isMultus: flag("Whether it is Multus, or Plures under its name, at any depth"),
  problem: maybe(text("Why the runtime cannot use it")),
});

/** What a CNI configuration says. */
export type ConfContent = v.InferOutput<typeof confContent>;

/** A file of the folder of CNI configurations. */
export const confFileFact = shape("A file of the folder of CNI configurations", {
  ...fileRows,
  name: text("Its bare name"),
  loads: flag("Whether its name is one that the runtime takes for a configuration: .conf, .conflist, .json"),
  isUsed: flag("Whether it is what the runtime gives to pods: the first, or the network that it names"),
  digest: maybe(text("SHA-256 of its bytes, in hex")),
  content: maybe(factOf(confContent)),
});

/** A file of the folder of CNI configurations. */
export type ConfFileFact = v.InferOutput<typeof confFileFact>;

/** A folder of CNI configurations. */
export const confFolderFact = shape("A folder of CNI configurations", {
  ...folderRows,
  files: list("Its files, in the order in which the runtime sorts them", confFileFact),
});

/** A folder of CNI configurations. */
export type ConfFolderFact = v.InferOutput<typeof confFolderFact>;

/** An entry of a folder of CNI plugins. */
export const pluginFact = shape("An entry of a folder of CNI plugins", {
  ...fileRows,
  name: text("Its bare name, which is the plugin's type"),
  executable: flag("Whether it is a file that root may execute"),
  format: maybe(oneOf("What its first bytes say", ["elf", "script", "empty", "other"])),
  architecture: maybe(text("Of an ELF file, in the words of Go and Kubernetes: amd64, arm64 ...")),
  interpreter: maybe(hostPath("The program that a script, or the loader that an ELF file, needs")),
  versions: factOf(list("CNI versions that it speaks, by VERSION", text("Version"))),
});

/** An entry of a folder of CNI plugins. */
export type PluginFact = v.InferOutput<typeof pluginFact>;

/** A folder of CNI plugins. */
export const pluginFolderFact = shape("A folder of CNI plugins", {
  ...folderRows,
  plugins: list("Its entries, sorted by name", pluginFact),
});

/** A folder of CNI plugins. */
export type PluginFolderFact = v.InferOutput<typeof pluginFolderFact>;
