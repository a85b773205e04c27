// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, notApplicable, unknown } from "../../diagnosis/facts/index.ts";
import { type FactResource, factResources } from "./fact-resources.ts";
import { type Fields, nameOf, namespaceOf, textAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

/** What files hold of a cluster. */
export interface Recording {
  /** What a sentence calls them: `cluster.json`. */
  readonly source: string;
  /** Each with its kind; lists are opened. */
  readonly objects: readonly Fields[];
  /** Kinds of which the files hold a list of their own (`PodList`), if only an empty one. */
  readonly listedKinds: ReadonlySet<string>;
  /** What /version answers. */
  readonly version: Fields | undefined;
  /** The groups of what /apis answers. */
  readonly apiGroups: readonly string[] | undefined;
}

/** Kinds that are read of files; nothing else of them is kept, Secrets least of all. */
export const recordedKinds: ReadonlySet<string> = new Set(
  Object.values(factResources).map(({ kind }) => kind),
);

/**
 * The objects of files. A kind of which there is nothing is unknown, for the file may be of `kubectl get
 * pods` alone; an empty list of that kind, or the API groups without its own, say that there is none.
 */
export function recordedObjects(recording: Recording): ObjectSource {
  const { source, apiGroups, listedKinds } = recording;
  const byResource = Map.groupBy(eachOnce(recording.objects), (object) =>
    keyOf(groupOf(object), textAt(object, "kind")),
  );

  function all({ kind, group, version, plural }: FactResource): Fact<readonly Fields[]> {
    const objects = byResource.get(keyOf(group, kind)) ?? [];
    const isServed = apiGroups === undefined || group === "" || apiGroups.includes(group);
    if (objects.length > 0 || listedKinds.has(kind) || !isServed) return known(objects);
    const path = group === "" ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`;
    return unknown(`${source} holds no ${kind}, nor an empty list of them (\`kubectl get --raw ${path}\`)`);
  }

  return {
    version: async () =>
      recording.version === undefined ? missing(source, "/version") : known(recording.version),
    apiGroups: async () => (apiGroups === undefined ? missing(source, "/apis") : known(apiGroups)),
    async list({ resource, convert }) {
      const found = all(resource);
      if (found.kind !== "known") return found;
      return known(found.value.map(convert).filter((each) => each !== undefined));
    },
    async get({ resource, namespace = "", name }) {
      const found = all(resource);
      if (found.kind !== "known") return found;
      return known(found.value.find((each) => nameOf(each) === name && namespaceOf(each) === namespace));
    },
    isAllowed: async () => notApplicable("rights are asked of a live API server"),
  };
}

/** Files overlap; the last one counts. */
function eachOnce(objects: readonly Fields[]): readonly Fields[] {
  const byIdentity = objects.map((object) => {
    const uid = textAt(object, "metadata", "uid");
    const words = [groupOf(object), textAt(object, "kind"), namespaceOf(object), nameOf(object), uid];
    return [JSON.stringify(words), object] as const;
  });
  return [...new Map(byIdentity).values()];
}

function missing(source: string, path: string): Fact<never> {
  return unknown(`${source} holds no answer of \`kubectl get --raw ${path}\``);
}

function keyOf(group: string, kind: string | undefined): string {
  return `${group}/${kind}`;
}

function groupOf(object: Fields): string {
  const [group = "", version] = (textAt(object, "apiVersion") ?? "").split("/");
  return version === undefined ? "" : group;
}
