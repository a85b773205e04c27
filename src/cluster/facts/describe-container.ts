// SPDX-License-Identifier: Apache-2.0
import type { MultusDaemonSetFact } from "../../diagnosis/facts/index.ts";
import { hideSecretArguments, hideSecrets, isSecretName } from "./hide-secrets.ts";
import { type Fields, isTrueAt, mapsAt, textAt, textsAt } from "./object-fields.ts";

type ContainerFact = MultusDaemonSetFact["containers"][number];
type MountFact = ContainerFact["mounts"][number];

/** A container with what it is called with and what it mounts; `volumes` are those of its pod. */
export function describeContainer(
  container: Fields,
  { isInit, volumes }: { readonly isInit: boolean; readonly volumes: readonly Fields[] },
): ContainerFact {
  return {
    name: textAt(container, "name") ?? "",
    isInit,
    image: textAt(container, "image") ?? "",
    command: hideSecretArguments(textsAt(container, "command")),
    args: hideSecretArguments(textsAt(container, "args")),
    environment: environmentOf(container),
    mounts: mapsAt(container, "volumeMounts").map((mount) => describeMount(mount, volumes)),
    memoryLimit: textAt(container, "resources", "limits", "memory"),
    privileged: isTrueAt(container, "securityContext", "privileged"),
  };
}

function environmentOf(container: Fields): ContainerFact["environment"] {
  const plain = mapsAt(container, "env").flatMap((entry) => {
    const name = textAt(entry, "name") ?? "";
    const value = textAt(entry, "value");
    return value === undefined || isSecretName(name) ? [] : [[name, hideSecrets(value)] as const];
  });
  return Object.fromEntries(plain);
}

/** The key of a volume that says what it is, and where the name of its object is. */
const volumeSources = [
  { key: "hostPath", source: "host-path", object: undefined },
  { key: "configMap", source: "config-map", object: "name" },
  { key: "secret", source: "secret", object: "secretName" },
  { key: "emptyDir", source: "empty-dir", object: undefined },
  { key: "projected", source: "projected", object: undefined },
] as const satisfies readonly { key: string; source: MountFact["source"]; object: string | undefined }[];

function describeMount(mount: Fields, volumes: readonly Fields[]): MountFact {
  const name = textAt(mount, "name") ?? "";
  const volume = volumes.find((each) => textAt(each, "name") === name) ?? {};
  const row = volumeSources.find(({ key }) => Object.hasOwn(volume, key));
  const propagation = textAt(mount, "mountPropagation");
  return {
    volume: name,
    source: row?.source ?? "other",
    hostPath: textAt(volume, "hostPath", "path"),
    hostPathType: textAt(volume, "hostPath", "type") || undefined,
    object: row?.object === undefined ? undefined : textAt(volume, row.key, row.object),
    mountPath: textAt(mount, "mountPath") ?? "",
    subPath: textAt(mount, "subPath") ?? textAt(mount, "subPathExpr"),
    readOnly: isTrueAt(mount, "readOnly"),
    propagation: propagation === "HostToContainer" || propagation === "Bidirectional" ? propagation : "None",
  };
}
