// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import {
  type ConfFileFact,
  type ConfFolderFact,
  type MountFact,
  readConfContent,
} from "../../diagnosis/index.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { tellFile } from "./tell-file.ts";
import { tellFolder } from "./tell-folder.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

/** How the runtime chooses among the files of its folder. */
export interface ConfChoice {
  /** How many it loads, 0 is all. */
  readonly maxConfNum: number;
  /** CRI-O: name of the network that it takes; empty is the first usable one. */
  readonly defaultNetwork: string | undefined;
}

/** What libcni takes for a configuration. */
const extensions = [".conf", ".conflist", ".json"];
/** A folder of configurations holds small files. */
const largest = 1024 * 1024;

/**
 * A folder of CNI configurations, its files in the runtime's order: by the bytes of their names. Throws a
 * CannotLook when the folder cannot be looked at; a single file that cannot be read is unknown by itself.
 */
export function readConfFolder(
  machine: Machine,
  path: string,
  { mounts, choice }: { readonly mounts: readonly MountFact[] | undefined; readonly choice: ConfChoice },
): ConfFolderFact {
  const folder = withoutTrailingSlash(path);
  const names = machine.list(folder) ?? [];
  const files = names.flatMap((name) => readConfFile(machine, `${folder}/${name}`, name));
  return { ...tellFolder(machine, path, mounts), files: markUsed(files, choice) };
}

function readConfFile(machine: Machine, path: string, name: string): readonly ConfFileFact[] {
  const look = machine.look(path);
  if (look === undefined) return [];
  const loads = extensions.some((extension) => name.endsWith(extension)) && look.kind !== "folder";
  const base = { ...tellFile(path, look), name, loads, isUsed: false };
  if (look.kind !== "file" || look.size > largest) return [base];
  const text = lookForNow(`"${path}"`, () => machine.readText(path) ?? "");
  if (text.kind !== "known") return [loads ? { ...base, content: text } : base];
  const digest = createHash("sha256").update(text.value).digest("hex");
  if (!loads) return [{ ...base, digest }];
  return [{ ...base, digest, content: { kind: "known", value: readConfContent(text.value, path) } }];
}

/**
 * containerd takes the first files, whatever they hold, and fails with a broken one; CRI-O passes over broken
 * ones and may be told a name.
 */
function markUsed(
  files: readonly ConfFileFact[],
  { maxConfNum, defaultNetwork }: ConfChoice,
): readonly ConfFileFact[] {
  const loaded = files.filter(({ loads }) => loads);
  const used =
    defaultNetwork === undefined ? takeFirst(loaded, maxConfNum) : takeNamed(loaded, defaultNetwork);
  return files.map((file) => (used.includes(file) ? { ...file, isUsed: true } : file));
}

function takeFirst(loaded: readonly ConfFileFact[], count: number): readonly ConfFileFact[] {
  return count === 0 ? loaded : loaded.slice(0, count);
}

function takeNamed(loaded: readonly ConfFileFact[], network: string): readonly ConfFileFact[] {
  const usable = loaded.filter(
    ({ content }) => content?.kind === "known" && content.value.problem === undefined,
  );
  const wanted = usable.filter(
    ({ content }) => network === "" || (content?.kind === "known" && content.value.name === network),
  );
  return wanted.slice(0, 1);
}
