// SPDX-License-Identifier: Apache-2.0
import type { Fact } from "../../diagnosis/facts/index.ts";
import type { FactResource } from "./fact-resources.ts";
import type { Fields } from "./object-fields.ts";

/** A list that is wanted. */
export interface ListRequest<T> {
  readonly resource: FactResource;
  /** As the API takes it, `type=Warning`; a file has everything, so `convert` chooses, too. */
  readonly fieldSelector?: string;
  /** What is kept of an object; undefined leaves it out. Called while pages come in, so it keeps little. */
  readonly convert: (object: Fields) => T | undefined;
}

/** One object that is wanted; of the whole cluster when it has no namespace. */
export interface GetRequest {
  readonly resource: FactResource;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Something that we may want to do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** In the plural; a subresource behind a slash. */
  readonly resource: string;
  /** Empty is the whole cluster. */
  readonly namespace: string;
}

/**
 * Where the objects come from: an API server, or files. Nothing here rejects; what could not be read is
 * unknown, with the reason.
 */
export interface ObjectSource {
  /** What the API server says of itself, as /version does. */
  version(): Promise<Fact<Fields>>;
  /** The API groups that are served. */
  apiGroups(): Promise<Fact<readonly string[]>>;
  /** An empty list where the cluster does not know the kind: its CRD is absent. */
  list<T>(request: ListRequest<T>): Promise<Fact<readonly T[]>>;
  /** Undefined where there is no such object. */
  get(request: GetRequest): Promise<Fact<Fields | undefined>>;
  /** Whether we may do something; asking changes nothing. */
  isAllowed(right: Right): Promise<Fact<boolean>>;
}
