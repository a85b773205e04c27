// SPDX-License-Identifier: Apache-2.0
import { parseMultusConfig } from "../attachments/index.ts";
import { CniError, oneLine, parseJsonObject } from "../cni/index.ts";
import type { AgentKey } from "./agent-key.ts";
import { agentKeys, findAgentKey } from "./agent-keys.ts";
import { nearestKey } from "./nearest-key.ts";

/** Something that is to be said about a configuration of the agent. */
export interface AgentConfigRemark {
  /** As it is written; undefined for the text as a whole. */
  readonly key: string | undefined;
  /** One sentence, which begins with the text's name. */
  readonly message: string;
  /** The way out. */
  readonly hint: string | undefined;
}

/** What is wrong, and what is worth knowing. */
export interface AgentConfigCheck {
  /** With any of these the agent does not start. */
  readonly problems: readonly AgentConfigRemark[];
  readonly notes: readonly AgentConfigRemark[];
}

/** The parsed object, and all that is to be said about it; no object where the text is none. */
export interface CheckedAgentConfig extends AgentConfigCheck {
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * Everything that is to be said about a configuration of the agent (docs/agent-configuration.md), all at
 * once. `source` names the text. Never throws.
 */
export function checkAgentConfig(text: string, source: string): AgentConfigCheck {
  const { problems, notes } = readCheckedAgentConfig(text, source);
  return { problems, notes };
}

/** The same with the object, keys renamed to the spelling of the table, keys without value left out. */
export function readCheckedAgentConfig(text: string, source: string): CheckedAgentConfig {
  const parsed = parse(text, source);
  if ("problem" in parsed) return { object: {}, problems: [parsed.problem], notes: [] };
  const { object, unknown, twice } = sortKeys(parsed.object);
  const ofKeys = [
    ...unknown.map((key) => unknownKey(key, source)),
    ...twice.map((key) => remark(source, key, { says: "is written twice", hint: "keep one of them" })),
    ...Object.entries(object).flatMap(([key, value]) => valueProblem({ key, value, source })),
    ...combinationProblems(object, source),
  ];
  // What the plugin would refuse is asked only of values of the right types.
  const problems = ofKeys.length > 0 ? ofKeys : pluginProblems(object, source);
  return { object, problems, notes: notesOn(object, source) };
}

type Parsed = { readonly object: Record<string, unknown> } | { readonly problem: AgentConfigRemark };

function parse(text: string, source: string): Parsed {
  try {
    return { object: parseJsonObject(text, source) };
  } catch (error) {
    const hint = 'it is a JSON object, "{}" for all defaults';
    return {
      problem: { key: undefined, message: error instanceof Error ? error.message : `${error}`, hint },
    };
  }
}

interface SortedKeys {
  readonly object: Readonly<Record<string, unknown>>;
  readonly unknown: readonly string[];
  readonly twice: readonly string[];
}

/** As everywhere in Multus' configuration, null and the empty text are as good as no value. */
function sortKeys(object: Readonly<Record<string, unknown>>): SortedKeys {
  const known = new Map<string, unknown>();
  const unknown: string[] = [];
  const twice: string[] = [];
  for (const [written, value] of Object.entries(object)) {
    const key = findAgentKey(written)?.key;
    if (key === undefined) unknown.push(written);
    else if (known.has(key)) twice.push(written);
    else if (value !== null && value !== "") known.set(key, value);
  }
  return { object: Object.fromEntries(known), unknown, twice };
}

function unknownKey(key: string, source: string): AgentConfigRemark {
  const names = agentKeys.filter(({ use }) => use !== "refused").map((row) => row.key);
  const nearest = nearestKey(key, names);
  const hint = nearest === undefined ? "take it out" : `did you mean "${nearest}"?`;
  return remark(source, key, { says: "is no key of the agent's configuration", hint });
}

function valueProblem(entry: { key: string; value: unknown; source: string }): readonly AgentConfigRemark[] {
  const { key, value, source } = entry;
  const row = findAgentKey(key);
  const problem = row?.kind.problem(value);
  if (row === undefined || problem === undefined) return [];
  const says =
    row.use === "refused" ? "is not understood" : `is ${oneLine(JSON.stringify(value), 80)}, ${problem}`;
  return [remark(source, key, { says, hint: wayOut(row) })];
}

function wayOut({ key, use, meaning }: AgentKey): string {
  return use === "refused" || use === "nothing" ? plain(meaning) : `correct "${key}", or take it out`;
}

function combinationProblems(
  object: Readonly<Record<string, unknown>>,
  source: string,
): readonly AgentConfigRemark[] {
  const { socketDir, daemonSocketDir, listen, metricsPort } = object;
  const two = [
    {
      is: socketDir !== undefined && daemonSocketDir !== undefined && socketDir !== daemonSocketDir,
      key: "daemonSocketDir",
      says: `is ${JSON.stringify(daemonSocketDir)}, "socketDir" is ${JSON.stringify(socketDir)}`,
      hint: 'they are one folder, keep "socketDir"',
    },
    {
      is: listen !== undefined && metricsPort !== undefined,
      key: "metricsPort",
      says: 'says the same as "listen"',
      hint: 'keep "listen"',
    },
  ];
  return two.filter(({ is }) => is).map(({ key, says, hint }) => remark(source, key, { says, hint }));
}

/** What the plugin reads is checked by the plugin's own reader. */
function pluginProblems(
  object: Readonly<Record<string, unknown>>,
  source: string,
): readonly AgentConfigRemark[] {
  try {
    parseMultusConfig(JSON.stringify({ ...keysForPlugin(object), clusterNetwork: "unused" }));
    return [];
  } catch (error) {
    if (!(error instanceof CniError)) throw error;
    const message = error.message.replace(/^Multus configuration/, source);
    const key = /"([\w.]+)"/.exec(message)?.[1] ?? (/cniVersion/.exec(message) ?? [])[0];
    return [{ key, message, hint: error.hint }];
  }
}

/** The keys that go into the node's Multus configuration as they are, and its version. */
export function keysForPlugin(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = ["cniVersion", "name"];
  const keys = agentKeys.filter(({ key, use }) => use.endsWith("plugin") || own.includes(key));
  return Object.fromEntries(keys.flatMap(({ key }) => (key in object ? [[key, object[key]]] : [])));
}

function notesOn(object: Readonly<Record<string, unknown>>, source: string): readonly AgentConfigRemark[] {
  const without = agentKeys
    .filter(({ key, use }) => use === "nothing" && key in object && key !== "$schema")
    .map(({ key, meaning }) => remark(source, key, { says: "changes nothing", hint: plain(meaning) }));
  const isNamed = ["primaryName", "primaryType", "multusMasterCNI"].some((key) => key in object);
  if (isNamed) return without;
  const message = `${source}: no primary network is named, so it is the first configuration in the runtime's order`;
  const hint = 'write "primaryName" and "primaryType", so that no other network takes its place';
  return [...without, { key: undefined, message, hint }];
}

function remark(
  source: string,
  key: string,
  { says, hint }: { readonly says: string; readonly hint: string },
): AgentConfigRemark {
  return { key, message: `${source}: "${key}" ${says}`, hint };
}

/** Meanings are Markdown. */
function plain(meaning: string): string {
  return meaning.replaceAll("`", '"');
}
