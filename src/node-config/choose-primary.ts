// SPDX-License-Identifier: Apache-2.0
import { CniError, type NetworkConfig, parseNetworkConfig, withFolderPlugins } from "../cni/index.ts";
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

/** What is remembered of the primary that was chosen last. */
export interface KnownPrimary {
  readonly path: string;
  readonly name: string;
  /** Of the first plugin. */
  readonly type: string;
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

/** `unusable`: the primary is known, but its file is empty or broken; `absent`: there is none. */
export type PrimaryChoice =
  | { readonly kind: "chosen"; readonly primary: Primary; readonly skipped: readonly SkippedFile[] }
  | {
      readonly kind: "unusable" | "absent";
      readonly reason: string;
      readonly skipped: readonly SkippedFile[];
    };

/**
 * Chooses the primary network among `files`, which are in the runtime's order: the first usable one that fits
 * `identity`. Never a configuration that names Multus itself, at any depth. Without identity none that sorts
 * before ours: somebody put it there to replace us. A known primary whose file cannot be used now is waited
 * for: no other takes its place.
 */
export function choosePrimary(folder: {
  readonly files: readonly CandidateFile[];
  readonly identity: PrimaryIdentity;
  readonly known?: KnownPrimary | undefined;
}): PrimaryChoice {
  const { files, identity, known } = folder;
  const skipped: SkippedFile[] = [];
  for (const file of files) {
    const looked = lookAt(file, identity);
    if ("primary" in looked) return { kind: "chosen", primary: looked.primary, skipped };
    skipped.push(looked);
    if (isDamaged(looked) && isAwaited(file.path, identity, known)) {
      return { kind: "unusable", reason: looked.sentence, skipped };
    }
  }
  return { kind: "absent", reason: whyNone(skipped, identity), skipped };
}

const damaged: readonly SkipReason[] = ["empty", "broken", "no-network"];

function isDamaged({ why }: SkippedFile): boolean {
  return damaged.includes(why);
}

function isAwaited(path: string, identity: PrimaryIdentity, known: KnownPrimary | undefined): boolean {
  if (fileNameOf(path) === identity.file) return true;
  // What the configuration names now may be another network than the one of last time.
  return known !== undefined && path === known.path && fits(known, identity);
}

function fits({ path, name, type }: KnownPrimary, identity: PrimaryIdentity): boolean {
  const { file = fileNameOf(path), name: wantedName = name, type: wantedType = type } = identity;
  return file === fileNameOf(path) && wantedName === name && wantedType === type;
}

function lookAt(file: CandidateFile, identity: PrimaryIdentity): SkippedFile | { readonly primary: Primary } {
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
    const why = primary.code === 6 ? "broken" : "no-network";
    const { message } = primary;
    return skip(
      why,
      `cannot be used${message.startsWith(path) ? message.slice(path.length) : `: ${message}`}`,
    );
  }
  const unlike = whyAnother(primary.config, identity);
  if (unlike !== undefined) return skip(...unlike);
  if (!isNamed(identity) && sortsBefore(name, ownFileNames[0])) {
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

/** Whether the agent's configuration says which network is the primary. */
export function isNamed({ file, name, type }: PrimaryIdentity): boolean {
  return file !== undefined || name !== undefined || type !== undefined;
}

function whyNone(skipped: readonly SkippedFile[], identity: PrimaryIdentity): string {
  const wanted = [
    ...(identity.file === undefined ? [] : [`file "${identity.file}"`]),
    ...(identity.name === undefined ? [] : [`name "${identity.name}"`]),
    ...(identity.type === undefined ? [] : [`type "${identity.type}"`]),
  ];
  const which = wanted.length === 0 ? "" : ` with ${wanted.join(" and ")}`;
  const others = skipped.filter(({ why }) => why !== "own").map(({ sentence }) => sentence);
  const why = others.length === 0 ? "there is no configuration" : others.slice(0, 3).join("; ");
  return `no primary network${which}: ${why}`;
}
