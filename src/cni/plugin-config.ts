// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { isJsonObject } from "./json-text.ts";
import { pluginTypeProblem } from "./names.ts";
import type { PluginConfig } from "./network-config.ts";

/**
 * Reads what we need to know of one plugin's configuration. `object` is its parsed form, `text` its source,
 * `source` names it for the reader. Throws a CniError (code 7) naming the key.
 */
export function readPluginConfig(object: unknown, text: string, source: string): PluginConfig {
  if (!isJsonObject(object)) throw invalid(source, "a plugin must be a JSON object {...}");
  return {
    type: readType(object.type, source),
    ipamType: readIpamType(object.ipam, source),
    capabilities: readCapabilities(object.capabilities, source),
    text,
  };
}

function readType(type: unknown, source: string): string {
  const hint = 'the "type" is the name of a CNI plugin, for example "bridge" or "macvlan"';
  if (type === undefined) throw invalid(source, 'the plugin has no "type"', hint);
  if (typeof type !== "string") throw invalid(source, '"type" must be a string', hint);
  const problem = pluginTypeProblem(type);
  if (problem !== undefined) throw invalid(source, `"type" "${type}" is invalid: ${problem}`, hint);
  return type;
}

/** A plugin without address management has no `ipam`, an empty one, or one without type. */
function readIpamType(ipam: unknown, source: string): string | undefined {
  if (ipam === undefined || ipam === null) return undefined;
  if (!isJsonObject(ipam))
    throw invalid(source, '"ipam" must be an object, for example {"type": "host-local"}');
  if (ipam.type === undefined || ipam.type === null || ipam.type === "") return undefined;
  if (typeof ipam.type !== "string") throw invalid(source, '"ipam.type" must be a string');
  const problem = pluginTypeProblem(ipam.type);
  if (problem !== undefined) throw invalid(source, `"ipam.type" "${ipam.type}" is invalid: ${problem}`);
  return ipam.type;
}

function readCapabilities(capabilities: unknown, source: string): readonly string[] {
  if (capabilities === undefined || capabilities === null) return [];
  const valid =
    isJsonObject(capabilities) && Object.values(capabilities).every((on) => typeof on === "boolean");
  if (!valid)
    throw invalid(source, '"capabilities" must be an object of booleans, for example {"ips": true}');
  return Object.keys(capabilities).filter((name) => capabilities[name] === true);
}

function invalid(source: string, problem: string, hint?: string): CniError {
  return new CniError(cniErrorCodes.invalidNetworkConfig, `${source}: ${problem}`, { hint });
}
