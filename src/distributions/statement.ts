// SPDX-License-Identifier: Apache-2.0

/**
 * How we know something. `read`: in the project's own source, documents or packages. `heard`: only in texts
 * of others, such as an issue. `inferred`: by us, from what was read or heard.
 */
export type Mark = "read" | "heard" | "inferred";

/** Something said of a distribution, with its source. */
export interface Statement<T> {
  readonly value: T;
  readonly mark: Mark;
  /** Where it was read; `repository: path@commit or tag` for source. */
  readonly source: string;
  /** Of which versions it was said; without: of all that were seen. */
  readonly versions?: string;
}

/** Where something was read: a source, with the versions where it names them. */
export type Source = string | { readonly in: string; readonly versions: string };

/** A statement of the project itself. */
export const read = <const T>(value: T, source: Source): Statement<T> => state(value, "read", source);

/** A statement of others. */
export const heard = <const T>(value: T, source: Source): Statement<T> => state(value, "heard", source);

/** A conclusion of ours; `source` is what it is drawn from. */
export const inferred = <const T>(value: T, source: Source): Statement<T> => state(value, "inferred", source);

function state<T>(value: T, mark: Mark, source: Source): Statement<T> {
  return typeof source === "string"
    ? { value, mark, source }
    : { value, mark, source: source.in, versions: source.versions };
}
