// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, type MultusDaemonSetFact } from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecretArguments, hideSecrets, isSecretName } from "./hide-secrets.ts";
import { managersOf } from "./managed-by.ts";
import { type RecognisedMultus, recogniseMultus } from "./multus-flavour.ts";
import {
  type Fields,
  isTrueAt,
  mapAt,
  mapsAt,
  nameOf,
  namespaceOf,
  numberAt,
  textAt,
  textMapAt,
  textsAt,
} from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

type ContainerFact = MultusDaemonSetFact["containers"][number];
type MountFact = ContainerFact["mounts"][number];

const podSpec = ["spec", "template", "spec"] as const;

/**
 * The DaemonSets that run Multus, in any flavour, or Plures, with what they mount and are called with, among
 * all DaemonSets of the cluster; and the configuration files in the ConfigMaps that they mount.
 */
export async function readMultusDaemonSets(
  source: ObjectSource,
  daemonSets: Fact<readonly Fields[]>,
): Promise<Fact<readonly MultusDaemonSetFact[]>> {
  if (daemonSets.kind !== "known") return daemonSets;
  const found = daemonSets.value.flatMap((daemonSet) => {
    const recognised = recogniseMultus(daemonSet);
    return recognised === undefined ? [] : [{ daemonSet, recognised }];
  });
  return known(
    await Promise.all(
      found.map(async ({ daemonSet, recognised }) => ({
        ...describe(daemonSet, recognised),
        configMaps: await readConfigMaps(source, daemonSet),
      })),
    ),
  );
}

function describe(daemonSet: Fields, recognised: RecognisedMultus): Omit<MultusDaemonSetFact, "configMaps"> {
  const pod = mapAt(daemonSet, ...podSpec);
  const volumes = mapsAt(pod, "volumes");
  return {
    namespace: namespaceOf(daemonSet),
    name: nameOf(daemonSet),
    ...recognised,
    managedBy: managersOf(daemonSet),
    labels: textMapAt(daemonSet, "metadata", "labels"),
    generation: numberAt(daemonSet, "metadata", "generation") ?? 0,
    status: statusOf(mapAt(daemonSet, "status")),
    nodeSelector: textMapAt(pod, "nodeSelector"),
    tolerations: mapsAt(pod, "tolerations").map((each) => ({
      key: textAt(each, "key"),
      operator: textAt(each, "operator"),
      value: textAt(each, "value"),
      effect: textAt(each, "effect"),
    })),
    hostNetwork: isTrueAt(pod, "hostNetwork"),
    hostPid: isTrueAt(pod, "hostPID"),
    serviceAccount: textAt(pod, "serviceAccountName") || "default",
    containers: [
      ...mapsAt(pod, "initContainers").map((each) => describeContainer(each, { isInit: true, volumes })),
      ...mapsAt(pod, "containers").map((each) => describeContainer(each, { isInit: false, volumes })),
    ],
  };
}

function statusOf(status: Fields): MultusDaemonSetFact["status"] {
  return {
    observedGeneration: numberAt(status, "observedGeneration") ?? 0,
    desired: numberAt(status, "desiredNumberScheduled") ?? 0,
    updated: numberAt(status, "updatedNumberScheduled") ?? 0,
    ready: numberAt(status, "numberReady") ?? 0,
    unavailable: numberAt(status, "numberUnavailable") ?? 0,
  };
}

function describeContainer(
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

type ConfigMapFile = { readonly configMap: string; readonly key: string; readonly text: string };

/** What is a configuration; the scripts of OpenShift are in ConfigMaps, too. */
const configFile = /\.(json|conf|conflist|template)$/;

async function readConfigMaps(
  source: ObjectSource,
  daemonSet: Fields,
): Promise<Fact<readonly ConfigMapFile[]>> {
  const names = mapsAt(daemonSet, ...podSpec, "volumes").flatMap(
    (volume) => textAt(volume, "configMap", "name") ?? [],
  );
  const namespace = namespaceOf(daemonSet);
  const files: ConfigMapFile[] = [];
  for (const name of new Set(names)) {
    const found = await source.get({ resource: factResources.configMaps, namespace, name });
    if (found.kind !== "known") return found;
    const data = Object.entries(textMapAt(found.value ?? {}, "data"));
    for (const [key, text] of data) {
      if (configFile.test(key)) files.push({ configMap: name, key, text: hideSecrets(text) });
    }
  }
  return known(files);
}
