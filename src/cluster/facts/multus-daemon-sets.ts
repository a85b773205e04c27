// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, type MultusDaemonSetFact } from "../../diagnosis/facts/index.ts";
import { describeContainer } from "./describe-container.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecrets } from "./hide-secrets.ts";
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
} from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

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
