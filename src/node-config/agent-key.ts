// SPDX-License-Identifier: Apache-2.0
import type { KeyKind } from "./key-kinds.ts";

/** One key of the agent's configuration. */
export interface AgentKey {
  readonly key: string;
  /** Upstream Multus has it (`daemon-config.json`), or it is ours. */
  readonly origin: "Multus" | "Plures";
  readonly kind: KeyKind;
  /**
   * `agent`: the agent reads it. `plugin`: it goes into the node's Multus configuration and has the default
   * of docs/configuration.md. `nothing`: accepted, without effect. `refused`: must not be there.
   */
  readonly use: "agent" | "plugin" | "agent and plugin" | "nothing" | "refused";
  /** Absent where there is none, or where it is the plugin's. */
  readonly default?: string | number | boolean;
  /** One sentence for the page and the schema; of what is refused: what to do instead. */
  readonly meaning: string;
}
