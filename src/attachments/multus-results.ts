// SPDX-License-Identifier: Apache-2.0
import { CniError, type CniResult, decodeResult, isJsonObject, tryParseJsonObject } from "../cni/index.ts";

/** One file of the result cache that libcni keeps (kind `cniCacheV1`). */
export interface CachedResult {
  readonly networkName: string;
  readonly interface: string;
  readonly netns: string;
  /** The network's whole configuration as ADD had it, in base64. */
  readonly configBytes: unknown;
  /** CNI_ARGS of the ADD. */
  readonly args: readonly (readonly [string, string])[];
  /** Capability values of the ADD, declared or not. */
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
  /** undefined when it cannot be read: DEL works without. */
  readonly result: CniResult | undefined;
}

/**
 * Reads one file; undefined for one of another kind and for a broken one, whose loss DEL survives: the
 * delegates file is what has to be whole.
 */
export function readCachedResult(text: string): CachedResult | undefined {
  const cache = tryParseJsonObject(text);
  if (cache?.kind !== "cniCacheV1") return undefined;
  const { networkName, ifName, netns, config, cniArgs, capabilityArgs } = cache;
  if (typeof networkName !== "string" || typeof ifName !== "string") return undefined;
  return {
    networkName,
    interface: ifName,
    netns: typeof netns === "string" ? netns : "",
    configBytes: config,
    args: Array.isArray(cniArgs) ? cniArgs.flatMap((pair) => (isTextPair(pair) ? [pair] : [])) : [],
    capabilityArgs: isJsonObject(capabilityArgs) ? capabilityArgs : {},
    result: tryDecode(cache.result),
  };
}

function isTextPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "string");
}

function tryDecode(value: unknown): CniResult | undefined {
  try {
    return decodeResult(value);
  } catch (error) {
    if (error instanceof CniError) return undefined;
    throw error;
  }
}
