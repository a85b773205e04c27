// SPDX-License-Identifier: Apache-2.0

/** What is known of a host when its distribution is asked for. Plain data; what is not known is absent. */
export interface HostHints {
  /** Paths of `pathsToLookFor` and whether they are there; absent when that could not be looked at. */
  readonly there: Readonly<Record<string, boolean>>;
  /** `/etc/os-release`. */
  readonly osRelease?: Readonly<Record<string, string>> | undefined;
  /** Of the kubelet or the distribution's program, such as `v1.31.2+k3s1`. */
  readonly version?: string | undefined;
  /** Of the distribution's program, such as `["server", "--flannel-backend=none"]`. */
  readonly arguments?: readonly string[] | undefined;
}

/** What is known of a node by the Kubernetes API. Names are those of the API's fields. */
export interface NodeHints {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly providerId?: string | undefined;
  readonly kubeletVersion?: string | undefined;
  readonly osImage?: string | undefined;
  /** `containerRuntimeVersion`. */
  readonly runtimeVersion?: string | undefined;
  /** API groups that the cluster serves. */
  readonly apiGroups?: readonly string[] | undefined;
  /** Whether any node of the cluster is one of the control plane. */
  readonly hasControlPlane?: boolean | undefined;
}

/** What is known of one machine, from either side or from both. */
export interface Hints {
  readonly host?: HostHints | undefined;
  readonly node?: NodeHints | undefined;
}

/** The annotations in which k3s and RKE2 keep the arguments of a node, a JSON list. */
export const argumentAnnotations = ["k3s.io/node-args", "rke2.io/node-args"] as const;

/** Arguments of the distribution's program, from the host or else from the node; undefined when not known. */
export function argumentsOf({ host, node }: Hints): readonly string[] | undefined {
  if (host?.arguments !== undefined) return host.arguments;
  for (const name of argumentAnnotations) {
    const text = node?.annotations?.[name];
    if (text !== undefined) return tryParseTexts(text);
  }
  return undefined;
}

/** The value that an argument has the last time, with `=` or as the next word; undefined without it. */
export function argumentValue(all: readonly string[], names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (const [index, word] of all.entries()) {
    const [name, ...rest] = word.split("=");
    if (name === undefined || !names.includes(name)) continue;
    value = rest.length > 0 ? rest.join("=") : all[index + 1];
  }
  return value;
}

function tryParseTexts(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}
