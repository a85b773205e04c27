// SPDX-License-Identifier: Apache-2.0
import type { AgentKey } from "./agent-key.ts";
import { keysHandedOn } from "./keys-handed-on.ts";
import { keysOfAgent } from "./keys-of-agent.ts";
import { keysWithoutMeaning } from "./keys-without-meaning.ts";

/**
 * Every key of the agent's configuration: parser, `--check-config`, JSON Schema and page are made of, or
 * compared with, this table.
 */
export const agentKeys = [
  ...keysOfAgent,
  ...keysHandedOn,
  ...keysWithoutMeaning,
] as const satisfies readonly AgentKey[];

/** The name of a key. */
export type AgentKeyName = (typeof agentKeys)[number]["key"];

/** The row of a key, written in any case, as Go reads it; undefined for one that we do not know. */
export function findAgentKey(written: string): (AgentKey & { readonly key: AgentKeyName }) | undefined {
  return agentKeys.find(({ key }) => key.toLowerCase() === written.toLowerCase());
}
