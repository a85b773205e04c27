// SPDX-License-Identifier: Apache-2.0
import type { CniVerb } from "./verbs.ts";

/** The `CNI_*` environment of one plugin run; nothing else is ours to set. */
export type CniEnvironment = Readonly<Record<`CNI_${string}`, string>>;

/** One run of one plugin, as data: what the host executes is exactly this. */
export interface PluginInvocation {
  readonly verb: CniVerb;
  /** Bare file name, looked up in `searchDirs`. */
  readonly plugin: string;
  readonly searchDirs: readonly string[];
  readonly environment: CniEnvironment;
  readonly stdin: string;
}

interface Ran {
  readonly path: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** How a plugin run ended; every ending is expected, what it means is decided in `plugin-answer.ts`. */
export type PluginEnding =
  | ({ readonly kind: "exited"; readonly exitCode: number } & Ran)
  | ({ readonly kind: "signalled"; readonly signal: string } & Ran)
  | ({ readonly kind: "timed-out"; readonly afterMs: number } & Ran)
  | ({ readonly kind: "too-much-output"; readonly limitBytes: number } & Ran)
  | ({ readonly kind: "cancelled" } & Ran)
  | { readonly kind: "not-found"; readonly searched: readonly string[] }
  | { readonly kind: "not-runnable"; readonly path: string; readonly reason: string };
