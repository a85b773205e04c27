// SPDX-License-Identifier: Apache-2.0
import type { PrimaryChoice } from "./choose-primary.ts";
import { judgeOtherName } from "./judge-place.ts";
import { isOwnFileName, type OwnFileName, sortsBefore } from "./own-files.ts";

/**
 * What is not as it should be in the runtime's folder. The words are stable: events and metrics have them.
 */
export type FolderReason =
  | "foreign-config-first"
  | "second-own-name"
  | "other-file-in-the-way"
  | "renamed-copy"
  | "primary-unusable";

/** Something that a person should know about the runtime's folder. */
export interface FolderFinding {
  readonly reason: FolderReason;
  /** The bare name of a file of the folder, or the path of the primary. */
  readonly file: string;
  /** One sentence. */
  readonly message: string;
  readonly hint: string;
}

/** A file of the runtime's folder. */
export interface FolderFile {
  readonly name: string;
  /** Undefined where only the name matters. */
  readonly text: string | undefined;
}

/** What a runtime takes for a configuration. */
const configExtension = /\.(conf|conflist|json)$/;

/**
 * What is to be said about the runtime's folder. `ours` is the file that we write, undefined while there is
 * none; `isOurs` tells of a text whether we wrote it.
 */
export function judgeFolder(folder: {
  readonly files: readonly FolderFile[];
  readonly ours: OwnFileName | undefined;
  readonly isOurs: (text: string) => boolean;
  readonly choice: PrimaryChoice;
}): readonly FolderFinding[] {
  const { files, ours, isOurs, choice } = folder;
  return [
    ...(choice.kind === "unusable" ? [primaryUnusable(choice)] : []),
    ...files.flatMap((file) => [
      ...judgeOwnName(file, ours, isOurs),
      ...(sortsFirst(file.name, ours) ? [foreignFirst(file.name, ours)] : []),
      ...(isRenamedCopy(file.name) ? [renamedCopy(file.name)] : []),
    ]),
  ];
}

function primaryUnusable({ reason, skipped }: Exclude<PrimaryChoice, { kind: "chosen" }>): FolderFinding {
  return {
    reason: "primary-unusable",
    file: skipped.at(-1)?.path ?? "",
    message: `the primary network's configuration cannot be used: ${reason}`,
    hint: "pods go on with the configuration that was good before; correct the file",
  };
}

function judgeOwnName(
  { name, text = "" }: FolderFile,
  ours: OwnFileName | undefined,
  isOurs: (text: string) => boolean,
): readonly FolderFinding[] {
  if (!isOwnFileName(name) || ours === undefined || name === ours) return [];
  if (judgeOtherName(text, isOurs) === "leave") {
    return [
      {
        reason: "other-file-in-the-way",
        file: name,
        message: `"${name}" is a configuration of somebody else under a name of Multus`,
        hint: `move it away; the agent writes "${ours}"`,
      },
    ];
  }
  return [
    {
      reason: "second-own-name",
      file: name,
      message: `"${name}" and "${ours}" are both there, and the runtime takes the first`,
      hint: `the agent takes "${name}" away, after keeping a copy if it is not its own`,
    },
  ];
}

function sortsFirst(name: string, ours: OwnFileName | undefined): boolean {
  if (!configExtension.test(name) || isOwnFileName(name)) return false;
  return sortsBefore(name, ours ?? "00-multus.conf");
}

function foreignFirst(name: string, ours: OwnFileName | undefined): FolderFinding {
  return {
    reason: "foreign-config-first",
    file: name,
    message: `"${name}" sorts before "${ours ?? "00-multus.conf"}": the runtime takes it, and pods get no further networks`,
    hint: `rename or remove "${name}"; if it is the primary network, a name such as "10-${name.replace(/^[\d-]*/, "")}" is right`,
  };
}

/** `00-multus.conf.cilium_bak` and the like: no configuration, but it shows who was there. */
export function isRenamedCopy(name: string): boolean {
  return /^00-multus\.conf(list)?\./.test(name) && !configExtension.test(name) && !name.endsWith(".tmp");
}

function renamedCopy(name: string): FolderFinding {
  const isCilium = name.endsWith(".cilium_bak");
  const who = isCilium
    ? "Cilium renamed the Multus configuration"
    : "somebody renamed the Multus configuration";
  return {
    reason: "renamed-copy",
    file: name,
    message: `"${name}" is there: ${who}`,
    hint: isCilium
      ? 'set "cni.exclusive: false" in Cilium\'s Helm values (cni-exclusive in its ConfigMap), then remove the file'
      : "find out who renames it, then remove the file",
  };
}
