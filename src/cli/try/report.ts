// SPDX-License-Identifier: Apache-2.0

/** An interface of a pod, as the kernel has it. */
export interface InterfaceReport {
  readonly name: string;
  /**
   * `namespace/name` of the NAD, or the name in the CNI configuration; empty for one that no network accounts
   * for.
   */
  readonly network: string;
  /** In the order in which they ran, `ipam.type` not among them. */
  readonly plugins: readonly string[];
  /** CNI notation, without those of the kernel's own making (fe80::/10). */
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly mtu: number;
  /** As `ip route` would say it: `default via 192.0.2.1`, `198.51.100.0/24`. */
  readonly routes: readonly string[];
  /** Spent in the plugins of this network. */
  readonly milliseconds: number;
}

/** What became of a pod. */
export interface PodReport {
  readonly namespace: string;
  readonly name: string;
  readonly ok: boolean;
  /** Undefined for a pod that was attached. */
  readonly error: CallFailure | undefined;
  /** What DEL answered, undefined when it succeeded. */
  readonly detachError: CallFailure | undefined;
  readonly interfaces: readonly InterfaceReport[];
  /** The elements of the annotation k8s.v1.cni.cncf.io/network-status. */
  readonly status: readonly unknown[];
  /** ADD, from the runtime's call to the answer. */
  readonly milliseconds: number;
}

/** The CNI error object that the runtime would have got. */
export interface CallFailure {
  readonly code: number;
  readonly message: string;
  readonly details: string | undefined;
}

export interface PingReport {
  /** `namespace/name`. */
  readonly pod: string;
  readonly interface: string;
  readonly to: string;
  /** Who has the address: `gateway of default/lan`, `pod default/db`. */
  readonly target: string;
  readonly ok: boolean;
  /** The round trip, undefined without an answer. */
  readonly milliseconds: number | undefined;
  /** Why there was no answer, undefined with one. */
  readonly reason: string | undefined;
}

/** Names of what was still there after all pods were detached. */
export interface Left {
  readonly links: readonly string[];
  readonly leases: readonly string[];
  readonly journal: readonly string[];
}

export interface MissingPlugin {
  readonly plugin: string;
  readonly neededBy: readonly string[];
  readonly howToGet: string;
}

/** An object of the files that is not tried. */
export interface IgnoredObject {
  readonly kind: string;
  readonly name: string;
  /** `file.yaml:12`. */
  readonly place: string;
  /** Undefined where it is plain: the kind has nothing to do with networks. */
  readonly reason: string | undefined;
}

/** The node of the sandbox. */
export interface NodeReport {
  /** Where plugins were looked up. */
  readonly pluginDirs: readonly string[];
  /** Made because networks name them. */
  readonly interfaces: readonly string[];
  /** What the primary network is and where it is from. */
  readonly primary: string;
}

/** The answer of `plures try`. With `-o json` this is the document. */
export interface TryReport {
  readonly schemaVersion: 1;
  readonly verdict: "ok" | "failed";
  readonly node: NodeReport;
  readonly pods: readonly PodReport[];
  readonly pings: readonly PingReport[];
  /** Why something that one might expect was not pinged. */
  readonly notPinged: readonly string[];
  readonly missingPlugins: readonly MissingPlugin[];
  readonly ignored: readonly IgnoredObject[];
  readonly left: Left;
}

/**
 * `failed` when a pod was not attached or not detached, a ping had no answer, or something was left behind.
 */
export function verdictOf(report: Pick<TryReport, "pods" | "pings" | "left">): TryReport["verdict"] {
  const podsFine = report.pods.every(({ ok, detachError }) => ok && detachError === undefined);
  const pingsFine = report.pings.every(({ ok }) => ok);
  const nothingLeft = Object.values<readonly string[]>({ ...report.left }).every(
    (names) => names.length === 0,
  );
  return podsFine && pingsFine && nothingLeft ? "ok" : "failed";
}
