// SPDX-License-Identifier: Apache-2.0

/** What the shim, on the host, says to the agent. */
export type ShimMessage =
  | Greeting
  | {
      readonly kind: "request";
      /** How long the shim waits for the answer. */
      readonly patienceMs: number;
      /** `CNI_NAME=value`. */
      readonly environment: readonly string[];
      readonly stdin: Uint8Array;
    }
  /** Nobody waits for an answer: the shim lends its hands to take leftovers away. */
  | { readonly kind: "sweep"; readonly patienceMs: number; readonly searchDirs: readonly string[] }
  | { readonly kind: "step-ended"; readonly id: number; readonly ending: StepEnding }
  /** The runtime ends the request: undo what ran, then answer. */
  | { readonly kind: "cancel" };

/** The first message of a connection. */
export interface Greeting {
  readonly kind: "greeting";
  readonly lowest: number;
  readonly highest: number;
  /** Who greets, for people: name and version. */
  readonly software: string;
}

/** What the agent says to the shim. */
export type AgentMessage =
  | { readonly kind: "welcome"; readonly version: number; readonly software: string }
  /** Nothing of the request was done: the shim goes on alone. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "run"; readonly id: number; readonly run: RunStep }
  | {
      readonly kind: "look";
      readonly id: number;
      readonly plugin: string;
      readonly searchDirs: readonly string[];
    }
  | { readonly kind: "netlink"; readonly id: number; readonly netns: string; readonly message: Uint8Array }
  /** Ends the run with that id. */
  | { readonly kind: "stop"; readonly id: number }
  | { readonly kind: "answer"; readonly exitCode: number; readonly stdout: Uint8Array };

/** A plugin to be run on the host. */
export interface RunStep {
  readonly timeoutMs: number;
  /** Bare file name. */
  readonly plugin: string;
  readonly searchDirs: readonly string[];
  /** `CNI_NAME=value`. */
  readonly environment: readonly string[];
  readonly stdin: Uint8Array;
}

/** How a step ended; all endings have the same fields on the wire, most of them empty. */
export interface StepEnding {
  readonly kind: StepEndingKind;
  /** Exit code, signal or errno. */
  readonly number: number;
  readonly microseconds: number;
  /** Of the plugin. */
  readonly path: string;
  /** Standard output, netlink datagrams, or the fingerprint of an executable. */
  readonly output: Uint8Array;
  /** Standard error, or a reason in words. */
  readonly errors: Uint8Array;
}

/**
 * - `exited`, `signalled`, `timed-out`, `too-much-output`, `stopped`: a plugin ran
 * - `not-found`, `not-runnable`: it could not
 * - `refused`: a step that is not lent
 * - `found`: what a look saw
 * - `answered`, `no-namespace`, `failed`: of netlink; `failed` is before the kernel's answer
 */
export const stepEndingKinds = {
  exited: 1,
  signalled: 2,
  "timed-out": 3,
  "too-much-output": 4,
  stopped: 5,
  "not-found": 6,
  "not-runnable": 7,
  refused: 8,
  found: 9,
  answered: 10,
  "no-namespace": 11,
  failed: 12,
} as const;

export type StepEndingKind = keyof typeof stepEndingKinds;
