// SPDX-License-Identifier: Apache-2.0
import type { PodEvent } from "../../attachments/index.ts";
import type { AgentConfig, FolderFinding, KnownPrimary, SwitchPatience } from "../../node-config/index.ts";
import type { Log } from "../../verbs/ports.ts";

/** What happened to the node's Multus configuration; the words are stable. */
export type NodeEventReason =
  | "NodeConfigWritten"
  | "NodeConfigPutBack"
  | "NodeConfigContested"
  | "NodeConfigTakenOver"
  | "NodeConfigNotWritten"
  | "WaitingForPrimary"
  | "PrimaryChanged"
  | "PrimaryUnusable"
  | "LeftoverRemoved"
  | "LeftoverFound"
  | "ForeignConfigFirst";

/** An event of the node, in the form of an event of Kubernetes. */
export interface NodeEvent extends PodEvent {
  readonly reason: NodeEventReason;
}

/** How it stands, for readiness and metrics. */
export interface NodeConfigState {
  /** The runtime's folder holds the configuration that this run wants there. */
  readonly isInPlace: boolean;
  /** Of the file that this run wrote; undefined while there is none. */
  readonly path: string | undefined;
  readonly primary: KnownPrimary | undefined;
  /** One sentence; undefined when nothing is waited for. */
  readonly waitingFor: string | undefined;
  readonly findings: readonly FolderFinding[];
  readonly writes: number;
  readonly putBacks: number;
  /** Somebody takes the file away again and again. */
  readonly isContested: boolean;
}

/** What keeping the file takes. */
export interface KeepNodeConfigOptions {
  readonly config: AgentConfig;
  /** Path of a kubeconfig on the host; undefined when none is kept. */
  readonly kubeconfig: string | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly tell: (event: NodeEvent) => void;
  readonly times?: Partial<KeepTimes> | undefined;
}

/** In milliseconds. */
export interface KeepTimes {
  readonly settle: number;
  readonly poll: number;
  readonly patience: SwitchPatience;
}
