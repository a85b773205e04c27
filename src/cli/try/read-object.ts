// SPDX-License-Identifier: Apache-2.0
import { isOwnType, type NetworkAttachmentDefinition, type Pod } from "../../attachments/index.ts";
import { isJsonObject, parseNetworkConfig } from "../../cni/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { textAt, textMapAt, valueAt } from "./read-fields.ts";
import type { IgnoredObject } from "./report.ts";
import type { SourceObject, ValuePath } from "./source-document.ts";
import { withExitCode } from "./with-exit-code.ts";

/** A CNI configuration of the files. */
export interface ConfigText {
  readonly place: string;
  readonly text: string;
}

/** What an object of the files turned out to be. */
export type FoundObject =
  | { readonly kind: "pod"; readonly place: string; readonly value: Pod }
  | { readonly kind: "network"; readonly place: string; readonly value: NetworkAttachmentDefinition }
  | { readonly kind: "primary" | "multus"; readonly place: string; readonly value: ConfigText }
  | { readonly kind: "ignored"; readonly place: string; readonly value: IgnoredObject };

/** Where the pod is inside each kind of object that makes pods. */
const podTemplates: Readonly<Record<string, ValuePath>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

const networkKind = "NetworkAttachmentDefinition";

/**
 * Reads one object. `number` makes the UIDs differ that pods of files have not. Throws a CommandFailure (exit
 * code 2).
 */
export function readObject(object: SourceObject, number: number): FoundObject {
  const kind = textAt(object, ["kind"]);
  if (kind === undefined) return readConfig(object);
  if (kind === networkKind) return readNetwork(object);
  const template = podTemplates[kind];
  if (template !== undefined) return readPod({ object, kind, template, number });
  const place = object.placeOf([]);
  const name = textAt(object, ["metadata", "name"]) ?? "";
  return { kind: "ignored", place, value: { kind, name, place, reason: undefined } };
}

interface PodSource {
  readonly object: SourceObject;
  readonly kind: string;
  readonly template: ValuePath;
  /** Of the object, from 1: makes UIDs differ. */
  readonly number: number;
}

function readPod({ object, kind, template, number }: PodSource): FoundObject {
  const place = object.placeOf([]);
  const { namespace, name } = readIdentity(object);
  if (valueAt(object, [...template, "spec", "hostNetwork"]) === true) {
    const reason = "it uses the network of its node, so no CNI plugin is called for it";
    const value = { kind, name, place, reason };
    return { kind: "ignored", place, value };
  }
  const uid = kind === "Pod" ? textAt(object, ["metadata", "uid"]) : undefined;
  const annotations = textMapAt(object, [...template, "metadata", "annotations"]);
  return { kind: "pod", place, value: { namespace, name, uid: uid ?? madeUpUid(number), annotations } };
}

/** In the form of a UID, and told at sight from a real one. */
function madeUpUid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

function readNetwork(object: SourceObject): FoundObject {
  const configHint = "write the CNI configuration as text: `config: |` and the JSON indented below it";
  const value = {
    ...readIdentity(object),
    annotations: textMapAt(object, ["metadata", "annotations"]),
    config: textAt(object, ["spec", "config"], configHint) ?? "",
  };
  return { kind: "network", place: object.placeOf([]), value };
}

const dnsName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function readIdentity(object: SourceObject): { readonly namespace: string; readonly name: string } {
  const generated = textAt(object, ["metadata", "generateName"]);
  const name = textAt(object, ["metadata", "name"]) ?? (generated && `${generated}1`);
  if (name === undefined) throw object.failure(["metadata", "name"], "is missing", "give the object a name");
  const namespace = textAt(object, ["metadata", "namespace"]) ?? "default";
  for (const [key, text] of Object.entries({ name, namespace })) {
    if (dnsName.test(text)) continue;
    const hint = "lower case letters, digits, '-' and '.', with a letter or digit at both ends";
    throw object.failure(["metadata", key], `"${text}" is no name that Kubernetes allows`, hint);
  }
  return { namespace, name };
}

function readConfig(object: SourceObject): FoundObject {
  const { text, name: place } = object;
  if (valueAt(object, ["type"]) === undefined && valueAt(object, ["plugins"]) === undefined) {
    const hint =
      'give a Kubernetes object "apiVersion" and "kind", or a CNI configuration a "type" or "plugins"';
    throw object.failure([], "is neither a Kubernetes object nor a CNI configuration", hint);
  }
  if (isOwnType(valueAt(object, ["type"]))) {
    return { kind: "multus", place, value: { place, text } };
  }
  const plugins = valueAt(object, ["plugins"]);
  const multus = Array.isArray(plugins)
    ? plugins.find((plugin) => isJsonObject(plugin) && isOwnType(plugin.type))
    : undefined;
  if (multus !== undefined) {
    return { kind: "multus", place, value: { place, text: JSON.stringify(multus) } };
  }
  // A runtime would read this file, so it is input; what stands in a NAD is for its attachment to complain
  // of.
  withExitCode({ exitCode: exitCodes.wrongInput }, () => parseNetworkConfig(text, place));
  return { kind: "primary", place, value: { place, text } };
}
