// SPDX-License-Identifier: Apache-2.0
import { type MultusConfig, parseMultusConfig } from "../attachments/index.ts";
import { CniError, type CniVerb, parseJsonObject } from "../cni/index.ts";

/** What says where our state and the plugins are; the rest of a configuration means nothing to DEL. */
const keysOfDel = ["cniVersion", "name", "binDir", "cniDir"] as const;

/**
 * Reads the node's configuration for a verb. Throws a CniError for a broken one, but not for DEL: somebody
 * may have broken the file after the pod was attached, and what the journal holds must go all the same.
 */
export function readConfig(verb: CniVerb, text: string): MultusConfig {
  try {
    return parseMultusConfig(text);
  } catch (error) {
    if (verb !== "DEL" || !(error instanceof CniError)) throw error;
    return parseMultusConfig(JSON.stringify({ clusterNetwork: "unused", ...textsOf(text) }));
  }
}

function textsOf(text: string): Record<string, string> {
  const object = parseJsonObject(text, "Multus configuration");
  const texts = keysOfDel.map((key) => [key, object[key]] as const);
  return Object.fromEntries(
    texts.filter((entry): entry is [(typeof keysOfDel)[number], string] => typeof entry[1] === "string"),
  );
}
