// SPDX-License-Identifier: Apache-2.0
import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, statSync, symlinkSync } from "node:fs";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { removeIfThere, syncFolder } from "./atomic-write.ts";
import { fileFailure } from "./file-failure.ts";
import { copyDurably, digestOfFile } from "./install-executable-copy.ts";
import { isInstalledByUs, rememberInstalled } from "./install-executable-record.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { whyNotPlugin } from "./why-not-plugin.ts";

/** An executable that is to be in the runtime's folder of CNI plugins. */
export interface ExecutableToInstall {
  readonly source: string;
  readonly dir: string;
  /** The file's name there. */
  readonly name: string;
  /** Our folder on the host, where is remembered what is ours, and kept what is not. */
  readonly stateDir: string;
}

/**
 * What became of it: `untouched`, the same bytes were there; `installed` where nothing was; `updated`, ours
 * was replaced; `replaced`, somebody else's was, and is at `backup` now.
 */
export type Installed =
  | { readonly path: string; readonly change: "untouched" | "installed" | "updated" }
  | { readonly path: string; readonly change: "replaced"; readonly backup: string };

const mode = 0o755;

/**
 * Puts an executable in place by renaming, so that a runtime that starts it meanwhile has the old one or the
 * new one, whole. It must have answered CNI's VERSION before. A link is replaced, never written through. Of
 * what is not ours, the last one is kept. Throws a CniError; then what was there is there.
 */
export function installExecutable(executable: ExecutableToInstall): Installed {
  const { source, dir, name, stateDir } = executable;
  const path = `${dir}/${name}`;
  requireFolder(dir);
  const digest = attempt("reading the executable", source, () => digestOfFile(source));
  const present = attempt("looking at the executable", path, () => lookAt(path));
  if (present.kind === "file" && present.digest === digest && present.mode === mode) {
    return { path, change: "untouched" };
  }
  removeAbandonedCopies(dir, name);
  const copy = `${dir}/${copyPrefix(name)}${crypto.randomUUID()}`;
  try {
    attempt("installing the executable", path, () => copyDurably(source, copy, mode));
    requirePlugin(copy, path);
    attempt("making the folder", stateDir, () => makePrivateFolder(stateDir));
    const backup = isForeign(present, { stateDir, path })
      ? attempt("keeping what is there", path, () => keep(present, executable))
      : undefined;
    attempt("noting what is ours", stateDir, () => rememberInstalled(stateDir, path, digest));
    attempt("installing the executable", path, () => renameSync(copy, path));
    syncFolder(dir);
    if (backup !== undefined) return { path, change: "replaced", backup };
    return { path, change: present.kind === "nothing" ? "installed" : "updated" };
  } catch (error) {
    removeIfThere(copy);
    throw error;
  }
}

type Present =
  | { readonly kind: "nothing" }
  | { readonly kind: "link" }
  | { readonly kind: "file"; readonly digest: string; readonly mode: number };

function lookAt(path: string): Present {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "nothing" };
  if (stat.isSymbolicLink()) return { kind: "link" };
  if (stat.isFile()) return { kind: "file", digest: digestOfFile(path), mode: stat.mode & 0o7777 };
  const what = stat.isDirectory() ? "a folder" : "neither a file nor a link";
  throw new CniError(cniErrorCodes.ioFailure, `installing the executable: "${path}" is ${what}`, {
    hint: "move it away",
  });
}

function isForeign(present: Present, place: { readonly stateDir: string; readonly path: string }): boolean {
  if (present.kind === "nothing") return false;
  return present.kind === "link" || !isInstalledByUs(place.stateDir, place.path, present.digest);
}

/** Copies what is there to where one file of its name is kept; of a link, the link. */
function keep(present: Present, { dir, name, stateDir }: ExecutableToInstall): string {
  const folder = `${stateDir}/backup`;
  const path = `${dir}/${name}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandonedCopies(folder, name);
  const copy = `${folder}/${copyPrefix(name)}${crypto.randomUUID()}`;
  try {
    if (present.kind === "link") symlinkSync(readlinkSync(path), copy);
    else copyDurably(path, copy, statSync(path).mode & 0o7777);
    renameSync(copy, `${folder}/${name}`);
  } catch (error) {
    removeIfThere(copy);
    throw error;
  }
  syncFolder(folder);
  return `${folder}/${name}`;
}

/** A name that no CNI configuration can mean. */
const copyPrefix = (name: string) => `.${name}.plures-`;
const abandonedAfterMs = 60 * 60 * 1000;

/** Of installers that were killed; a young copy may be that of another one that is at work. */
function removeAbandonedCopies(folder: string, name: string): void {
  const copies = readdirSync(folder).filter((entry) => entry.startsWith(copyPrefix(name)));
  for (const copy of copies) {
    const changed = lstatSync(`${folder}/${copy}`, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changed > abandonedAfterMs) removeIfThere(`${folder}/${copy}`);
  }
}

function requireFolder(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CniError(cniErrorCodes.ioFailure, `installing into "${dir}": there is no such folder`, {
    hint: "name the folder of the container runtime's configuration, bin_dir or plugin_dirs; in a pod, mount it",
  });
}

function requirePlugin(copy: string, path: string): void {
  const reason = whyNotPlugin(copy);
  if (reason === undefined) return;
  throw new CniError(
    cniErrorCodes.ioFailure,
    `installing "${path}": the new executable does not work: ${reason}`,
    {
      hint: "is the image for this node's processor, and may programs run from that folder (mount option noexec)?",
    },
  );
}

function attempt<T>(action: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof CniError ? error : fileFailure(action, path, error);
  }
}
