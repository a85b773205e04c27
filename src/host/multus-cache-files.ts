// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, unlinkSync } from "node:fs";
import { CniError, cniErrorCodes, containerIdProblem, tryParseJsonObject } from "../cni/index.ts";
import type { MultusCache } from "../verbs/ports.ts";
import { fileFailure, isAbsence } from "./file-failure.ts";

/**
 * What upstream Multus keeps in `cniDir`: the delegates of a container in a file of its name, and in
 * `results/` what libcni cached as `<network>-<container>-<interface>`. What the file system refuses is a
 * CniError (code 5).
 */
export function createMultusCache(cniDir: string): MultusCache {
  return {
    read: async (containerId) => {
      const delegates = readText(delegatesPath(cniDir, containerId));
      if (delegates === undefined) return undefined;
      const results = findResults(cniDir, containerId).map(({ text }) => text);
      return { delegates, results };
    },
    remove: async (containerId) => {
      const delegates = delegatesPath(cniDir, containerId);
      for (const { path } of findResults(cniDir, containerId)) removeFile(path);
      // Last: as long as it is there, a DEL that was cut short is told what else to take away.
      removeFile(delegates);
    },
  };
}

function delegatesPath(cniDir: string, containerId: string): string {
  const problem = containerIdProblem(containerId);
  if (problem === undefined) return `${cniDir}/${containerId}`;
  const sentence = `looking into the cache of Multus: container id "${containerId}": ${problem}`;
  throw new CniError(cniErrorCodes.invalidEnvironment, sentence);
}

interface CachedResult {
  readonly path: string;
  readonly text: string;
}

function findResults(cniDir: string, containerId: string): readonly CachedResult[] {
  const folder = `${cniDir}/results`;
  const found: CachedResult[] = [];
  for (const name of namesIn(folder)) {
    if (!name.includes(`-${containerId}-`)) continue;
    const path = `${folder}/${name}`;
    const text = readText(path);
    if (text !== undefined && isAboutContainer(text, containerId)) found.push({ path, text });
  }
  return found;
}

/** A name alone can deceive: networks may have dashes and container ids be short. */
function isAboutContainer(text: string, containerId: string): boolean {
  const named = tryParseJsonObject(text)?.containerId;
  return named === undefined || named === containerId;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw fileFailure("reading the cache of Multus", folder, error);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw fileFailure("reading the cache of Multus", path, error);
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw fileFailure("removing from the cache of Multus", path, error);
  }
}
