// SPDX-License-Identifier: Apache-2.0
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { isTrustedOwner, othersMayWrite } from "./find-agent.ts";

/** The file beside the shim that names further plugin folders. */
export const pluginFoldersFile = "multus.plugin-folders";

/** A longer one is not believed. */
export const longestFoldersFileBytes = 4096;

/** What a host with its runtime says about itself. */
export interface PluginFolderSources {
  readonly cniPath: string;
  /** The folder in which the shim lies. */
  readonly ownDir: string;
}

/**
 * The only folders in which the agent's plugins may be (docs/protocol.md, "What is refused"). Nothing that an
 * agent may have written is asked, the runtime's configuration neither.
 */
export function pluginFolders({ cniPath, ownDir }: PluginFolderSources): readonly string[] {
  const named = foldersIn(readBelievedFile(`${ownDir}/${pluginFoldersFile}`));
  return [...cniPath.split(":").filter((dir) => dir !== ""), "/opt/cni/bin", ...named, ownDir];
}

/** A line counts that begins like a whole path; comments do not. */
function foldersIn(text: string): readonly string[] {
  if (text.includes("\0")) return [];
  return text
    .split("\n")
    .map((line) => line.replace(/[ \t\r]+$/, ""))
    .filter((line) => line.startsWith("/"));
}

/** What a file says; nothing when somebody else than root or we could have written it, or it is too long. */
function readBelievedFile(path: string): string {
  try {
    // Of a FIFO nobody waits for the other end.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      const isBelieved = stat.isFile() && isTrustedOwner(stat.uid) && (stat.mode & othersMayWrite) === 0;
      if (!isBelieved || stat.size > longestFoldersFileBytes) return "";
      const bytes = Buffer.alloc(longestFoldersFileBytes);
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    // Without it the runtime's own folders are open.
    return "";
  }
}
