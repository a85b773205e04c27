// SPDX-License-Identifier: Apache-2.0
import {
  CniError,
  cniErrorCodes,
  type NetworkConfig,
  parseNetworkConfig,
  withFolderPlugins,
} from "../cni/index.ts";
import type { PrimaryIdentity } from "./agent-config.ts";
import { fileNameOf, isOwnFileName, namesMultus, ownFileNames, sortsBefore } from "./own-files.ts";

/** A configuration file of the folder of the primary. */
export interface CandidateFile {
  readonly path: string;
  readonly text: string;
  /** Plugins of the folder `<name>/` beside a list (CNI 1.1, `loadOnlyInlinedPlugins`). */
  readonly added?: readonly { readonly path: string; readonly text: string }[] | undefined;
}

/** The network that every pod gets. */
export interface Primary {
  readonly path: string;
  /** The whole configuration, as it is written. */
  readonly text: string;
  readonly added: readonly { readonly path: string; readonly text: string }[];
  /** With the plugins of `added`. */
  readonly config: NetworkConfig;
}

/** Why a file is not the primary. */
export type SkipReason =
  | "own"
  | "empty"
  | "broken"
  | "no-network"
  | "other-file"
  | "other-name"
  | "other-type"
  | "sorts-first";

/** A file that is not the primary. */
export interface SkippedFile {
  readonly path: string;
  readonly why: SkipReason;
  /** One sentence for people. */
  readonly sentence: string;
}

/** Tells whether a file is the primary that `identity` means, and why not. */
export function lookAtCandidate(
  file: CandidateFile,
  { identity, maySortFirst }: { readonly identity: PrimaryIdentity; readonly maySortFirst: boolean },
): SkippedFile | { readonly primary: Primary } {
  const { path, text, added = [] } = file;
  const name = fileNameOf(path);
  const skip = (why: SkipReason, sentence: string) => ({ path, why, sentence: `"${path}" ${sentence}` });
  if (isOwnFileName(name) || [text, ...added.map((plugin) => plugin.text)].some(namesMultus))
    return skip("own", "is a configuration of Multus itself");
  if (identity.file !== undefined && identity.file !== name) {
    return skip("other-file", `is not "${identity.file}"`);
  }
  if (text.trim() === "") return skip("empty", "is empty");
  const primary = tryRead(file);
  if (primary instanceof CniError) {
    const why = primary.code === cniErrorCodes.decodingFailure ? "broken" : "no-network";
    const { message } = primary;
    return skip(
      why,
      `cannot be used${message.startsWith(path) ? message.slice(path.length) : `: ${message}`}`,
    );
  }
  const unlike = whyAnother(primary.config, identity);
  if (unlike !== undefined) return skip(...unlike);
  if (!maySortFirst && sortsBefore(name, ownFileNames[0])) {
    return skip(
      "sorts-first",
      `sorts before "${ownFileNames[0]}", so that the runtime takes it instead of us`,
    );
  }
  return { primary };
}

/** In what a network is not the one that was asked for. */
function whyAnother(
  { name, plugins }: NetworkConfig,
  identity: PrimaryIdentity,
): readonly [SkipReason, string] | undefined {
  const type = plugins[0]?.type ?? "";
  if (identity.name !== undefined && identity.name !== name) {
    return ["other-name", `is the network "${name}", not "${identity.name}"`];
  }
  if (identity.type !== undefined && identity.type !== type) {
    return ["other-type", `is of type "${type}", not "${identity.type}"`];
  }
  return undefined;
}

function tryRead({ path, text, added = [] }: CandidateFile): Primary | CniError {
  try {
    const inline = parseNetworkConfig(text, path, { allowEmpty: added.length > 0 });
    return { path, text, added, config: withFolderPlugins(inline, added) };
  } catch (error) {
    if (error instanceof CniError) return error;
    throw error;
  }
}
