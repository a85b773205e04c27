// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, unknown } from "../../diagnosis/facts/index.ts";
import { type ApiFailure, isOutage } from "../api-failure.ts";
import type { ApiAnswer, WireRequest } from "../connection.ts";
import { type Attempt, explainFailure } from "../explain-failure.ts";
import { listObjects } from "../list-objects.ts";
import type { Requester } from "../request.ts";
import { canBeName, type Resource, resourcePath } from "../resources.ts";
import type { FactResource } from "./fact-resources.ts";
import { type Fields, isTrueAt, mapAt, mapsAt, textAt } from "./object-fields.ts";
import type { GetRequest, ListRequest, ObjectSource, Right } from "./object-source.ts";

/** Of 250 objects each. A list ends here; whoever has more may record the cluster and name the file. */
export const mostPages = 80;

/** Objects of an API server, which may not be there. */
export interface LiveObjects extends ObjectSource {
  /** Why nobody can be asked at all; undefined where somebody answers. Asks for the version, once. */
  outage(): Promise<string | undefined>;
}

/** The objects of an API server. `requestMs` bounds every single request, with its repetitions. */
export function liveObjects(
  requester: Requester,
  { requestMs }: { readonly requestMs: number },
): LiveObjects {
  const send = (request: WireRequest): Promise<ApiAnswer> => requester.request(request, requestMs);
  const read = (path: string): Promise<ApiAnswer> => send({ method: "GET", path });

  async function failed(failure: ApiFailure, attempt: Attempt): Promise<Fact<never>> {
    const { message, hint } = await explainFailure(failure, attempt, requester.access());
    return unknown(hint === undefined ? message : `${message}; ${hint}`);
  }

  async function readField<T>(
    path: string,
    { answer, field }: { readonly answer: ApiAnswer; readonly field: (body: Fields) => T | undefined },
  ): Promise<Fact<T>> {
    if (!answer.ok) return failed(answer.failure, { verb: "get", resource: pathResource(path) });
    const value = field(answer.body);
    return value === undefined ? unknown(`${path} of the API server answers something else`) : known(value);
  }

  let asked: Promise<ApiAnswer> | undefined;
  const askVersion = (): Promise<ApiAnswer> => {
    asked ??= read("/version");
    return asked;
  };

  return {
    async outage() {
      const answer = await askVersion();
      if (answer.ok || !isOutage(answer.failure)) return undefined;
      const fact = await failed(answer.failure, { verb: "get", resource: pathResource("/version") });
      return fact.kind === "known" ? undefined : fact.reason;
    },
    version: async () => readField("/version", { answer: await askVersion(), field: versionOf }),
    apiGroups: async () => readField("/apis", { answer: await read("/apis"), field: groupsOf }),
    list: (request) => list(read, failed, request),
    async get({ resource, namespace, name }: GetRequest) {
      if (!canBeName(name) || !canBeName(namespace ?? name)) return known(undefined);
      const place = { name, ...(namespace === undefined ? {} : { namespace }) };
      const answer = await read(resourcePath(resource, place));
      if (answer.ok) return known(answer.body);
      const { failure } = answer;
      const isAbsent = failure.kind === "not-found" && (failure.what === "object" || isCustom(resource));
      return isAbsent ? known(undefined) : failed(failure, { verb: "get", resource, ...place });
    },
    async isAllowed(right) {
      const answer = await send({ method: "POST", path: resourcePath(reviews, {}), body: reviewOf(right) });
      if (!answer.ok) return failed(answer.failure, { verb: "create", resource: reviews });
      return known(isTrueAt(mapAt(answer.body, "status"), "allowed"));
    },
  };
}

function versionOf(body: Fields): Fields | undefined {
  return textAt(body, "major") === undefined ? undefined : body;
}

function groupsOf(body: Fields): readonly string[] | undefined {
  if (textAt(body, "kind") !== "APIGroupList") return undefined;
  return mapsAt(body, "groups").map((group) => textAt(group, "name") ?? "");
}

async function list<T>(
  read: (path: string) => Promise<ApiAnswer>,
  failed: (failure: ApiFailure, attempt: Attempt) => Promise<Fact<never>>,
  { resource, fieldSelector, convert }: ListRequest<T>,
): Promise<Fact<readonly T[]>> {
  let pages = 0;
  const listing = await listObjects({
    path: resourcePath(resource, {}),
    query: fieldSelector === undefined ? {} : { fieldSelector },
    // In pages: from the server's memory everything would come at once.
    from: "",
    send: async (path) => {
      pages += 1;
      return pages > mostPages ? tooMany : read(path);
    },
    convert,
  });
  if (listing.ok) return known(listing.objects.filter((each) => each !== undefined));
  const { failure } = listing;
  const isAbsent = failure.kind === "not-found" && failure.what === "resource" && isCustom(resource);
  if (isAbsent) return known([]);
  if (pages > mostPages) return unknown(`cannot list ${resource.plural}: ${tooMany.failure.message}`);
  return failed(failure, { verb: "list", resource });
}

const tooMany = {
  ok: false,
  failure: {
    kind: "unexpected",
    status: 200,
    message: `there are more than ${mostPages * 250}; record them with kubectl and name the file with --cluster`,
  },
} as const satisfies ApiAnswer;

const reviews: Resource = {
  group: "authorization.k8s.io",
  version: "v1",
  plural: "selfsubjectaccessreviews",
};

function reviewOf({ verb, group, resource: path, namespace }: Right): Fields {
  const [resource, subresource] = path.split("/");
  return {
    apiVersion: `${reviews.group}/${reviews.version}`,
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
  };
}

/** For the sentence of a failure: these paths are no resources, yet RBAC and the network may refuse them. */
function pathResource(path: string): Resource {
  return { group: "", version: "v1", plural: path };
}

/** Whether the kind comes with a CRD; a server that knows no pods is no Kubernetes. */
function isCustom({ group }: FactResource): boolean {
  return group !== "" && group !== "apps" && !group.endsWith(".k8s.io");
}
