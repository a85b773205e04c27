// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import type { ConfigFile, NetworkFiles } from "../verbs/ports.ts";
import { errorName, fileFailure, isAbsence } from "./file-failure.ts";

const extensions = [".conf", ".conflist", ".json"] as const;

/** CNI configuration on this host. What the file system refuses is a CniError (code 5). */
export function createNetworkFiles(): NetworkFiles {
  return {
    readFile: async (path) => readConfig(path),
    readFolder: async (path) =>
      namesIn(path)
        ?.filter((name) => extensions.some((extension) => name.endsWith(extension)))
        .sort(byBytes)
        .flatMap((name) => readConfig(`${path}/${name}`) ?? []),
  };
}

/**
 * libcni sorts with Go's `sort.Strings`: by the bytes of UTF-8, not by the UTF-16 units that JavaScript
 * compares.
 */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function readConfig(path: string): ConfigFile | undefined {
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    // A folder that is called like a file is passed over, as libcni does; so is a link that leads nowhere.
    if (isAbsence(error) || errorName(error) === "EISDIR") return undefined;
    throw fileFailure("reading the CNI configuration", path, error);
  }
}

function namesIn(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw fileFailure("reading the folder of CNI configurations", path, error);
  }
}
