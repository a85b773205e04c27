// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from "node:fs";
import type { PodIdentity } from "../attachments/index.ts";
import { isJsonObject } from "../cni/index.ts";
import type { PlainPods } from "../verbs/ports.ts";
import { writeAtomically } from "./atomic-write.ts";
import { fileFailure } from "./file-failure.ts";
import { folderOf } from "./path-parts.ts";
import { makePrivateFolder } from "./private-folder.ts";

/** More than any node runs. */
const mostPods = 2000;

/** A longer file is none of ours. */
const longestFile = 1024 * 1024;

/** The list in its file. */
export interface PlainPodsFile extends PlainPods {
  /** Replaces the list, atomically; throws a CniError (code 5) when the file system refuses. */
  write(pods: readonly PodIdentity[]): void;
}

/**
 * The pods of this node that ask for nothing, in the file at `path`: written by whoever watches them, read
 * when nobody can be asked. A pod without UID is never on it, and a file that cannot be read lists nobody.
 */
export function createPlainPods(path: string): PlainPodsFile {
  return {
    knows: async (pod) => pod.uid !== "" && read(path).includes(lineOf(pod)),
    write: (pods) => {
      const listed = pods.filter(({ uid }) => uid !== "").slice(0, mostPods);
      const text = `${JSON.stringify({ schemaVersion: 1, pods: listed.map(lineOf).toSorted() })}\n`;
      try {
        makePrivateFolder(folderOf(path));
        writeAtomically({ path, text, mode: 0o600, durable: false });
      } catch (error) {
        throw fileFailure("writing the list of plain pods", path, error);
      }
    },
  };
}

/** None of the three has a space or more than its slash. */
function lineOf({ uid, namespace, name }: PodIdentity): string {
  return `${uid} ${namespace}/${name}`;
}

function read(path: string): readonly unknown[] {
  try {
    if (statSync(path).size > longestFile) return [];
    const list: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isJsonObject(list) && list.schemaVersion === 1 && Array.isArray(list.pods) ? list.pods : [];
  } catch {
    // Absent or damaged: then this file is no reason to start a pod.
    return [];
  }
}
