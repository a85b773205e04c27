// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../cni/index.ts";
import type { ApiFailure } from "./api-failure.ts";
import type { ApiAnswer } from "./connection.ts";

const pageSize = 250;

/** A list, and the version from which a watch goes on. */
export type Listing<T> =
  | { readonly ok: true; readonly objects: readonly T[]; readonly version: string }
  | { readonly ok: false; readonly failure: ApiFailure };

/** What a list is made of. */
export interface ListOptions<T> {
  /** URL path of the list, and the selectors of its query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /**
   * - `0`: whatever the API server has in memory: cheap, even for the pods of one node among thousands, and
   *   perhaps a little old; the watch from its version catches up. For the first list.
   * - a version: from memory, too, but no older than this, so that no list goes back behind what was seen
   * - empty: the newest, from etcd: for when the server says 410, or that it never had that version
   */
  readonly from: string;
  send(path: string): Promise<ApiAnswer>;
  convert(body: Readonly<Record<string, unknown>>): T;
}

/**
 * Lists page by page where the server makes pages: from its memory it gives everything at once. Objects are
 * trimmed by `convert` page by page. Never rejects.
 */
export async function listObjects<T>(options: ListOptions<T>): Promise<Listing<T>> {
  const objects: T[] = [];
  let next: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ ...options.query, ...placeOf(options.from, next) });
    const answer = await options.send(`${options.path}?${query}`);
    if (!answer.ok) return answer;
    const page = readPage(answer.body);
    if (page === undefined) return noList;
    for (const item of page.items) objects.push(options.convert(item));
    next = page.next;
    if (next === undefined) return { ok: true, objects, version: page.version };
  }
}

function readPage(body: Readonly<Record<string, unknown>>) {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const { resourceVersion: version, continue: next } = metadata;
  if (!Array.isArray(body.items) || typeof version !== "string" || version === "") return undefined;
  const items: unknown[] = body.items;
  const isMore = typeof next === "string" && next !== "";
  return { items: items.filter(isJsonObject), version, next: isMore ? next : undefined };
}

/** With a version and a limit the server would go to etcd, and a continue token holds the version itself. */
function placeOf(from: string, next: string | undefined): Readonly<Record<string, string>> {
  if (from !== "") return next === undefined ? { resourceVersion: from } : { continue: next };
  return { limit: String(pageSize), ...(next !== undefined && { continue: next }) };
}

const noList: { readonly ok: false; readonly failure: ApiFailure } = {
  ok: false,
  failure: { kind: "unexpected", status: 200, message: "the answer is no list with a version" },
};
