// SPDX-License-Identifier: Apache-2.0
import type { Hints } from "./hints.ts";

/** One thing that can be seen on a host or of a node. Paths may begin with `{dataDir}`. */
export type Sign =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "os-release"; readonly key: string; readonly begins: string }
  | { readonly kind: "label"; readonly label: string; readonly is?: string }
  | { readonly kind: "annotation"; readonly annotation: string }
  | { readonly kind: "providerID"; readonly begins: string }
  | { readonly kind: "kubelet version"; readonly has: string }
  | { readonly kind: "OS image"; readonly begins: string }
  | { readonly kind: "runtime version"; readonly begins: string; readonly has?: string }
  | { readonly kind: "API group"; readonly group: string }
  | { readonly kind: "no control plane" };

/** Whether a sign is seen; `unknown` when the hints do not tell. */
export function seesSign(sign: Sign, hints: Hints): boolean | "unknown" {
  const { host, node } = hints;
  switch (sign.kind) {
    case "path":
      return host?.there[sign.path] ?? "unknown";
    case "os-release":
      return fits(host?.osRelease, (rows) => (rows[sign.key] ?? "").startsWith(sign.begins));
    case "label":
      return fits(node?.labels, (labels) => hasEntry(labels, sign.label, sign.is));
    case "annotation":
      return fits(node?.annotations, (annotations) => hasEntry(annotations, sign.annotation));
    case "providerID":
      return fits(node?.providerId, (text) => text.startsWith(sign.begins));
    case "kubelet version":
      return fits(node?.kubeletVersion ?? host?.version, (text) => text.includes(sign.has));
    case "OS image":
      return fits(osImageOf(hints), (text) => text.startsWith(sign.begins));
    case "runtime version":
      return fits(
        node?.runtimeVersion,
        (text) => text.startsWith(sign.begins) && text.includes(sign.has ?? ""),
      );
    case "API group":
      return fits(node?.apiGroups, (groups) => groups.includes(sign.group));
    case "no control plane":
      return fits(node?.hasControlPlane, (has) => !has);
  }
}

/** A sign in words, as they stand behind "because". */
export function tellSign(sign: Sign): string {
  switch (sign.kind) {
    case "path":
      return `${sign.path} is there`;
    case "os-release":
      return `${sign.key} of /etc/os-release begins with "${sign.begins}"`;
    case "label":
      return `label ${sign.label}${sign.is === undefined ? "" : `=${sign.is}`}`;
    case "annotation":
      return `annotation ${sign.annotation}`;
    case "providerID":
      return `providerID begins with "${sign.begins}"`;
    case "kubelet version":
      return `kubelet version has "${sign.has}"`;
    case "OS image":
      return `osImage begins with "${sign.begins}"`;
    case "runtime version":
      return `containerRuntimeVersion begins with "${sign.begins}"${
        sign.has === undefined ? "" : ` and has "${sign.has}"`
      }`;
    case "API group":
      return `API group ${sign.group}`;
    case "no control plane":
      return "no node of the control plane in the list";
  }
}

/** The kubelet takes the image's name from os-release, so a host tells it as well. */
function osImageOf({ host, node }: Hints): string | undefined {
  return node?.osImage ?? host?.osRelease?.PRETTY_NAME;
}

function fits<T>(known: T | undefined, rule: (value: T) => boolean): boolean | "unknown" {
  return known === undefined ? "unknown" : rule(known);
}

function hasEntry(entries: Readonly<Record<string, string>>, name: string, value?: string): boolean {
  return Object.hasOwn(entries, name) && (value === undefined || entries[name] === value);
}
