// SPDX-License-Identifier: Apache-2.0
import type { AgentKey } from "./agent-key.ts";
import { agentKeys } from "./agent-keys.ts";

/**
 * The JSON Schema (draft 2020-12) of the agent's configuration, the file
 * `docs/schemas/agent-config.schema.json`. It knows the keys in the table's spelling only.
 */
export function agentConfigSchema(): Readonly<Record<string, unknown>> {
  const rows: readonly AgentKey[] = agentKeys;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of the Plures agent",
    description:
      "What `plures agent` reads; every path is a path of the host. See docs/agent-configuration.md.",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(rows.map((row) => [row.key, propertyOf(row)])),
  };
}

function propertyOf({ kind, meaning, default: fallback }: AgentKey): Record<string, unknown> {
  return {
    description: meaning,
    ...kind.schema,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}
