// SPDX-License-Identifier: Apache-2.0
import type { PluginEnding } from "./invocation.ts";
import { oneLine } from "./one-line.ts";
import type { CniVerb } from "./verbs.ts";

/** What a plugin run was for, in the words of the reader. */
export interface PluginRunContext {
  readonly plugin: string;
  /** `namespace/name` of the NAD, or the name in the configuration. */
  readonly network: string;
  /** Empty for verbs that have none, and where a whole network is looked at before ADD. */
  readonly interface: string;
  readonly verb: CniVerb;
  /** The `master` of the plugin's configuration, if it has one. */
  readonly master?: string | undefined;
}

/** Why a plugin run is a failure. */
export interface PluginFailure {
  readonly code: number;
  /** What happened, to follow "... with plugin X: ". */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The words of the plugin's own error object; absent when it gave none. */
  readonly said?: string | undefined;
  /** Instead of the plugin's output. */
  readonly details?: string | undefined;
}

/** The endings of one kind. */
export type EndingOf<Kind extends PluginEnding["kind"]> = Extract<PluginEnding, { readonly kind: Kind }>;

/** How many characters of a plugin's words go into the sentence, and into the details. */
export const sentenceLimit = 120;
export const detailsLimit = 4096;

/**
 * The last line of what a program wrote, where programs say why they gave up; empty when it wrote nothing.
 */
export function lastLine(text: string): string {
  return oneLine(text.trimEnd().split("\n").at(-1) ?? "", sentenceLimit);
}
