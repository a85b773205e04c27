// SPDX-License-Identifier: Apache-2.0
import type { PrimaryIdentity } from "./agent-config.ts";
import {
  type CandidateFile,
  lookAtCandidate,
  type Primary,
  type SkippedFile,
  type SkipReason,
} from "./look-at-candidate.ts";
import { fileNameOf } from "./own-files.ts";

/** What is remembered of the primary that was chosen last. */
export interface KnownPrimary {
  readonly path: string;
  readonly name: string;
  /** Of the first plugin. */
  readonly type: string;
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
  /** Whether ours is in another folder, so that it does not matter what sorts before it. */
  readonly isApart?: boolean | undefined;
}): PrimaryChoice {
  const { files, identity, known, isApart = false } = folder;
  const skipped: SkippedFile[] = [];
  for (const file of files) {
    const looked = lookAtCandidate(file, { identity, maySortFirst: isApart || isNamed(identity) });
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

/** Whether the agent's configuration says which network is the primary. */
export function isNamed({ file, name, type }: PrimaryIdentity): boolean {
  return file !== undefined || name !== undefined || type !== undefined;
}
