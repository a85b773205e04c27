// SPDX-License-Identifier: Apache-2.0
import { tryParseJsonObject } from "./json-text.ts";
import { cniVersions, isCniVersion, newestCniVersion } from "./versions.ts";

/**
 * The answer to VERSION, as JSON text. `requested` is the cniVersion that was on standard input; the answer
 * has it if we know it.
 */
export function encodeVersionAnswer(requested: string | undefined): string {
  const cniVersion = requested !== undefined && isCniVersion(requested) ? requested : newestCniVersion;
  return JSON.stringify({ cniVersion, supportedVersions: cniVersions });
}

/**
 * The versions that a plugin's answer to VERSION names, undefined when it is no such answer. Plugins older
 * than VERSION, which came with 0.2.0, refuse it as an unknown command: they speak 0.1.0 (libcni says the
 * same).
 */
export function parseVersionAnswer(stdout: string): readonly string[] | undefined {
  const answer = tryParseJsonObject(stdout);
  if (answer === undefined) return undefined;
  const { cniVersion, supportedVersions, msg } = answer;
  if (typeof msg === "string" && /unknown CNI_COMMAND: VERSION/i.test(msg)) return ["0.1.0"];
  if (Array.isArray(supportedVersions) && supportedVersions.length > 0) {
    return supportedVersions.every((version) => typeof version === "string") ? supportedVersions : undefined;
  }
  // 0.2.0 did not demand the list.
  return cniVersion === "0.2.0" ? ["0.1.0", "0.2.0"] : undefined;
}
