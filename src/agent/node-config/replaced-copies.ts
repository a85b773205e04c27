// SPDX-License-Identifier: Apache-2.0
import { readdirSync, rmSync, statSync } from "node:fs";
import { writeAtomically } from "../../host/atomic-write.ts";
import { fileFailure } from "../../host/file-failure.ts";
import { makePrivateFolder } from "../../host/private-folder.ts";
import { checksum } from "./own-record.ts";

/** How many copies of replaced files are kept. */
const keptCopies = 10;

/**
 * Keeps a copy of a text that is about to be replaced, and gives its path; the same text is kept once. Throws
 * a CniError (code 5).
 */
export function keepCopy(cniDir: string, name: string, text: string): string {
  const folder = `${cniDir}/plures/replaced`;
  const path = `${folder}/${name}.${checksum(text).slice(0, 12)}`;
  try {
    makePrivateFolder(folder);
    writeAtomically({ path, text, mode: 0o600, durable: true });
    const copies = readdirSync(folder)
      .map((copy) => ({ copy, at: statSync(`${folder}/${copy}`).mtimeMs }))
      .toSorted((a, b) => b.at - a.at);
    for (const { copy } of copies.slice(keptCopies)) rmSync(`${folder}/${copy}`, { force: true });
  } catch (error) {
    throw fileFailure("keeping a copy of a configuration", path, error);
  }
  return path;
}
