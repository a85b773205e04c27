// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { CniError, cniErrorCodes, networkNameProblem, tryParseJsonObject } from "../../cni/index.ts";
import { removeAbandonedTemporaries, syncFolder, writeAtomically } from "../../host/atomic-write.ts";
import { fileFailure, isAbsence } from "../../host/file-failure.ts";
import { createNetworkFiles } from "../../host/index.ts";
import {
  type AgentConfig,
  type CandidateFile,
  type FolderFile,
  isOwnFileName,
  isRenamedCopy,
  nodeConfigMode,
  type RenderedConfig,
} from "../../node-config/index.ts";

/** What is in the folders now. */
export interface NodeFiles {
  /** The primary's folder, in the runtime's order. */
  readonly candidates: readonly CandidateFile[];
  /** The runtime's folder: every name, and the texts of those that are ours. */
  readonly files: readonly FolderFile[];
  /** Copies of ours under other names, newest first, with the time since which they are there. */
  readonly renamed: readonly { readonly name: string; readonly since: number }[];
  readonly isReady: boolean;
}

/** Reads the folders. Throws a CniError (code 5) for what cannot be read, the folder itself included. */
export async function readNodeFiles(config: AgentConfig): Promise<NodeFiles> {
  const { cniConfigDir, readinessFile } = config;
  const names = readNames(cniConfigDir);
  const files = names.map((name) => ({
    name,
    text: isOwnFileName(name) ? readIfThere(`${cniConfigDir}/${name}`) : undefined,
  }));
  return {
    candidates: await readCandidates(config.primaryDir),
    // One that went away between listing and reading is not there.
    files: files.filter(({ name, text }) => text !== undefined || !isOwnFileName(name)),
    renamed: names
      .filter(isRenamedCopy)
      .map((name) => ({ name, since: changedAt(`${cniConfigDir}/${name}`) }))
      .toSorted((a, b) => b.since - a.since),
    isReady: readinessFile === undefined || existsSync(readinessFile),
  };
}

function readNames(dir: string): readonly string[] {
  try {
    if (statSync(dir).nlink > 0) return readdirSync(dir);
  } catch (error) {
    if (!isAbsence(error)) throw fileFailure("reading the folder of the container runtime", dir, error);
    throw new CniError(cniErrorCodes.ioFailure, `the folder of the container runtime "${dir}" is not there`, {
      hint: "the runtime makes it; if it looks elsewhere, correct cniConfigDir in the agent's configuration",
    });
  }
  throw new CniError(
    cniErrorCodes.ioFailure,
    `the folder "${dir}" was deleted on the host while it was in use`,
    {
      hint: "restart the agent's pod, so that it sees the folder that is there now",
    },
  );
}

async function readCandidates(dir: string): Promise<readonly CandidateFile[]> {
  const reader = createNetworkFiles();
  const files = (await reader.readFolder(dir)) ?? [];
  const added = async (text: string) => {
    const folder = folderOfPlugins(text);
    const plugins = folder === undefined ? undefined : await reader.readFolder(`${dir}/${folder}`);
    return (plugins ?? []).filter(({ path }) => path.endsWith(".conf"));
  };
  return Promise.all(files.map(async (file) => ({ ...file, added: await added(file.text) })));
}

/** The folder beside a list that adds plugins to it; its name is the network's. */
function folderOfPlugins(text: string): string | undefined {
  const list = tryParseJsonObject(text);
  const isList = list !== undefined && !("type" in list);
  if (!isList || typeof list.name !== "string" || networkNameProblem(list.name) !== undefined)
    return undefined;
  return list.name;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw fileFailure("reading the node's Multus configuration", path, error);
  }
}

/** A renaming changes this time, and no other. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}

/** Writes our file as a whole, on disk when it returns. Throws a CniError (code 5). */
export function writeNodeConfig(dir: string, { fileName, text }: RenderedConfig): void {
  const path = `${dir}/${fileName}`;
  try {
    writeAtomically({ path, text, mode: nodeConfigMode, durable: true });
  } catch (error) {
    throw fileFailure("writing the node's Multus configuration", path, error);
  }
}

/** Gives our file, whose text is right, the mode that it must have. */
export function restoreMode(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? nodeConfigMode;
  if ((mode & 0o777) !== nodeConfigMode) chmodSync(path, nodeConfigMode);
}

/** Takes a file away, on disk when it returns; fine when it is not there. Throws a CniError (code 5). */
export function removeFile(dir: string, name: string): void {
  try {
    rmSync(`${dir}/${name}`, { force: true });
    syncFolder(dir);
  } catch (error) {
    throw fileFailure("removing the configuration", `${dir}/${name}`, error);
  }
}

/** Removes what a write of ours left that was killed; whether the folder is as it should be, a look tells. */
export function removeOwnTemporaries(dir: string): void {
  try {
    const names = readdirSync(dir).filter((name) => name.startsWith("00-multus.conf"));
    removeAbandonedTemporaries(dir, names);
  } catch {
    // There is nothing to remove.
  }
}
