// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, type NetworkConfig, parseNetworkConfig } from "../cni/index.ts";
import type { MultusConfig } from "./multus-types.ts";
import { refuseSelfDelegation } from "./self-delegation.ts";

/**
 * A place where the network may be that `clusterNetwork` or `defaultNetworks` names:
 * - `nad`: a NetworkAttachmentDefinition
 * - `config-name`: the CNI configuration in `folder` that has this `name` (`chooseByName`)
 * - `folder`: the alphabetically first `.conf` or `.conflist` of a folder (`chooseFirst`)
 * - `file`: one file
 */
export type NetworkSource =
  | { readonly kind: "nad"; readonly namespace: string; readonly name: string }
  | { readonly kind: "config-name"; readonly folder: string; readonly name: string }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "file"; readonly path: string };

/**
 * The places to look for a network, in order (as Multus v4.3); the first that has it wins.
 * Throws a CniError (code 7) for a reference that is neither a name nor an absolute path.
 */
export function networkSources(
  reference: string,
  config: Pick<MultusConfig, "multusNamespace" | "confDir">,
): readonly NetworkSource[] {
  if (reference.startsWith("/")) {
    return [
      { kind: "folder", path: reference },
      { kind: "file", path: reference },
    ];
  }
  if (reference === "" || reference.includes("/")) {
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `network "${reference}" of clusterNetwork or defaultNetworks is neither a name nor an absolute path`,
      { hint: `write a NAD of namespace "${config.multusNamespace}", a config's name, or a path from /` },
    );
  }
  return [
    { kind: "nad", namespace: config.multusNamespace, name: reference },
    { kind: "config-name", folder: config.confDir, name: reference },
  ];
}

/** A CNI configuration file as it was read. */
interface ConfigText {
  readonly path: string;
  readonly text: string;
}

/** A file that was passed over, and why, for the log. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** What a folder gave. */
export interface ChosenConfig {
  /** undefined when no file fits. */
  readonly found: { readonly path: string; readonly config: NetworkConfig } | undefined;
  readonly skipped: readonly SkippedFile[];
}

/** Chooses the configuration that has this `name`; our own configuration and broken files are passed over. */
export function chooseByName(files: readonly ConfigText[], name: string): ChosenConfig {
  return choose(files, (config) => config.name === name);
}

/**
 * Chooses the alphabetically first `.conf` or `.conflist`; our own configuration and broken files are passed
 * over.
 */
export function chooseFirst(files: readonly ConfigText[]): ChosenConfig {
  const candidates = files.filter(({ path }) => /\.(?:conf|conflist)$/.test(path));
  return choose(
    candidates.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    () => true,
  );
}

/**
 * Reads the configuration of one file, as `clusterNetwork` may name it. Throws a CniError: code 6 or 7 for a
 * broken file, 7 for our own configuration.
 */
export function readConfigFile({ path, text }: ConfigText): NetworkConfig {
  const config = parseNetworkConfig(text, path, { allowEmpty: true });
  refuseSelfDelegation(JSON.parse(text), path);
  return config;
}

function choose(files: readonly ConfigText[], fits: (config: NetworkConfig) => boolean): ChosenConfig {
  const skipped: SkippedFile[] = [];
  for (const file of files) {
    try {
      const config = readConfigFile(file);
      if (fits(config)) return { found: { path: file.path, config }, skipped };
    } catch (error) {
      if (!(error instanceof CniError)) throw error;
      skipped.push({ path: file.path, reason: error.message });
    }
  }
  return { found: undefined, skipped };
}
