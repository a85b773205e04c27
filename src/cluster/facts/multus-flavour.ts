// SPDX-License-Identifier: Apache-2.0
import type { MultusDaemonSetFact, MultusFlavour } from "../../diagnosis/facts/index.ts";
import { type Fields, mapsAt, namespaceOf, textAt, textMapAt, textsAt } from "./object-fields.ts";

type MultusEngine = MultusDaemonSetFact["engine"];

/** What a DaemonSet was recognised as, and the words that say by what. */
export type RecognisedMultus = Pick<MultusDaemonSetFact, "engine" | "flavour" | "why">;

interface EngineRow {
  readonly engine: MultusEngine;
  readonly why: string;
  readonly fits: (container: Fields) => boolean;
}

/**
 * By what a container runs, in this order. An image alone says nothing where the command is another one:
 * upstream's image also holds the tools of OpenShift, and others carry its name within theirs.
 */
const engines: readonly EngineRow[] = [
  {
    engine: "agent",
    why: "it runs the agent of Plures",
    fits: (container) => /(^|[/\s])plures\s+agent(\s|$)/.test(commandLineOf(container)),
  },
  {
    engine: "thick",
    why: "it runs multus-daemon",
    fits: (container) => /(^|[/\s])multus-daemon(?![\w.-])/.test(commandLineOf(container)),
  },
  {
    engine: "thin",
    why: "it runs thin_entrypoint",
    fits: (container) => /(^|[/\s])thin_entrypoint(?![\w.-])/.test(commandLineOf(container)),
  },
  {
    engine: "thin",
    why: "it has the argument --multus-conf-file",
    fits: (container) => /(^|\s)--?multus-conf-file(=|\s)/.test(commandLineOf(container)),
  },
  {
    engine: "thick",
    why: "it runs the image of the daemon as it is",
    fits: (container) =>
      runsImage(container, /(^|\/)((hardened-)?multus-thick|multus(-cni)?:[^/]*-thick)([:@]|$)/),
  },
  {
    engine: "thin",
    why: "it runs an image of Multus as it is",
    fits: (container) => runsImage(container, /(^|\/)(hardened-)?multus(-cni)?([:@][^/]*)?$/),
  },
];

interface FlavourRow {
  readonly flavour: MultusFlavour;
  /** What it is recognised by, as words; undefined where it is another one's. */
  readonly why: (daemonSet: Fields, engine: MultusEngine) => string | undefined;
}

/** Whose it is; the first row that knows it counts. */
const flavours: readonly FlavourRow[] = [
  { flavour: "plures", why: (_, engine) => (engine === "agent" ? "only Plures has an agent" : undefined) },
  {
    flavour: "cnao",
    why: (daemonSet) => labelOf(daemonSet, "app.kubernetes.io/managed-by", /^cnao-operator$/),
  },
  { flavour: "cnao", why: (daemonSet) => ownerOf(daemonSet, /^NetworkAddonsConfig$/) },
  {
    flavour: "openshift",
    why: (daemonSet) =>
      namespaceOf(daemonSet) === "openshift-multus" ? "namespace openshift-multus" : undefined,
  },
  { flavour: "rke2-multus", why: (daemonSet) => labelOf(daemonSet, "helm.sh/chart", /^rke2-multus-v?\d/) },
  { flavour: "rke2-multus", why: (daemonSet) => imageOf(daemonSet, /(^|\/)hardened-multus-(cni|thick)[:@]/) },
  { flavour: "bitnami", why: (daemonSet) => labelOf(daemonSet, "helm.sh/chart", /^multus-cni-v?\d/) },
  { flavour: "bitnami", why: (daemonSet) => imageOf(daemonSet, /(^|\/)bitnami\w*\/multus-cni[:@]/) },
  { flavour: "microk8s", why: whyOfMicrok8s },
  { flavour: "other", why: (daemonSet) => labelOf(daemonSet, "helm.sh/chart", /./) },
  { flavour: "other", why: (daemonSet) => ownerOf(daemonSet, /./) },
  { flavour: "upstream-thin", why: (_, engine) => (engine === "thin" ? "it is nobody else's" : undefined) },
  { flavour: "upstream-thick", why: (_, engine) => (engine === "thick" ? "it is nobody else's" : undefined) },
];

/** Labels of upstream's manifests and of the charts. */
const ownLabels: Readonly<Record<string, RegExp>> = {
  app: /^multus$/,
  "app.kubernetes.io/name": /^((rke2|kube)-)?multus(-cni)?$/,
};

/** Tells which Multus a DaemonSet is; undefined when it is none. */
export function recogniseMultus(daemonSet: Fields): RecognisedMultus | undefined {
  const containers = mapsAt(daemonSet, ...podSpec, "containers");
  const row = engines.find(({ fits }) => containers.some(fits));
  if (row !== undefined) return { engine: row.engine, ...flavourOf(daemonSet, row) };
  for (const [key, value] of Object.entries(ownLabels)) {
    const why = labelOf(daemonSet, key, value);
    if (why !== undefined) return { engine: "unknown", ...flavourOf(daemonSet, { engine: "unknown", why }) };
  }
  return undefined;
}

const podSpec = ["spec", "template", "spec"] as const;

function flavourOf(
  daemonSet: Fields,
  { engine, why }: Pick<EngineRow, "engine" | "why">,
): Pick<RecognisedMultus, "flavour" | "why"> {
  for (const row of flavours) {
    const whose = row.why(daemonSet, engine);
    if (whose !== undefined) return { flavour: row.flavour, why: [why, whose] };
  }
  return { flavour: "other", why: [why] };
}

function commandLineOf(container: Fields): string {
  return [...textsAt(container, "command"), ...textsAt(container, "args")].join(" ");
}

function runsImage(container: Fields, image: RegExp): boolean {
  return textsAt(container, "command").length === 0 && image.test(textAt(container, "image") ?? "");
}

function labelOf(daemonSet: Fields, key: string, value: RegExp): string | undefined {
  const label = textMapAt(daemonSet, "metadata", "labels")[key];
  return label !== undefined && value.test(label) ? `label ${key}=${label}` : undefined;
}

function ownerOf(daemonSet: Fields, kind: RegExp): string | undefined {
  const owner = mapsAt(daemonSet, "metadata", "ownerReferences").find((each) =>
    kind.test(textAt(each, "kind") ?? ""),
  );
  return owner && `owner ${textAt(owner, "kind")}/${textAt(owner, "name")}`;
}

function imageOf(daemonSet: Fields, pattern: RegExp): string | undefined {
  const containers = [
    ...mapsAt(daemonSet, ...podSpec, "containers"),
    ...mapsAt(daemonSet, ...podSpec, "initContainers"),
  ];
  const image = containers.map((each) => textAt(each, "image") ?? "").find((each) => pattern.test(each));
  return image && `image ${image}`;
}

/** The addon of the community: upstream's manifest of version 3 with the folders of the snap. */
function whyOfMicrok8s(daemonSet: Fields): string | undefined {
  const isOld = mapsAt(daemonSet, ...podSpec, "containers").some((container) =>
    textsAt(container, "command").includes("/entrypoint.sh"),
  );
  const folder = mapsAt(daemonSet, ...podSpec, "volumes")
    .map((volume) => textAt(volume, "hostPath", "path") ?? "")
    .find((path) => path.startsWith("/var/snap/microk8s/"));
  return isOld && folder !== undefined ? `/entrypoint.sh and the folder ${folder}` : undefined;
}
