// SPDX-License-Identifier: Apache-2.0
import { findOwnType } from "../../attachments/index.ts";
import { CniError, isJsonObject, parseJsonObject, parseNetworkConfig } from "../../cni/index.ts";
import type { ConfContent } from "./cni-folder-facts.ts";

/**
 * What a CNI configuration says, as far as facts tell it. `source` is the file or object for sentences;
 * `defaultName` is for a NetworkAttachmentDefinition, which may leave its name out. What is broken is a
 * problem in the answer, never a throw.
 */
export function readConfContent(text: string, source: string, defaultName?: string): ConfContent {
  try {
    const object = parseJsonObject(text, source);
    const problem = whyUnusable(text, source, defaultName);
    const plugins = Array.isArray(object.plugins) ? object.plugins : [object];
    return {
      cniVersion: textOrNothing(object.cniVersion),
      name: textOrNothing(object.name) ?? defaultName,
      plugins: plugins.filter(isJsonObject).filter(hasType).map(pluginOf),
      isMultus: findOwnType(object) !== undefined,
      problem,
    };
  } catch (error) {
    return { plugins: [], isMultus: false, problem: sentenceOf(error) };
  }
}

function whyUnusable(text: string, source: string, defaultName: string | undefined): string | undefined {
  try {
    parseNetworkConfig(text, source, { defaultName, allowEmpty: true });
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof CniError) return error.message;
  throw error;
}

type JsonObject = Readonly<Record<string, unknown>>;

function hasType(plugin: JsonObject): plugin is JsonObject & { readonly type: string } {
  return typeof plugin.type === "string";
}

function pluginOf(plugin: JsonObject & { readonly type: string }): ConfContent["plugins"][number] {
  const { ipam, master } = plugin;
  return {
    type: plugin.type,
    ipam: isJsonObject(ipam) ? textOrNothing(ipam.type) : undefined,
    master: textOrNothing(master),
  };
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
