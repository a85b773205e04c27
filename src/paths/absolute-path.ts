// SPDX-License-Identifier: Apache-2.0

/** Where a path means something: on the host, or inside a container of a pod. */
export type Domain = "host" | "pod";

declare const domain: unique symbol;

/**
 * An absolute path with a meaning in one domain: no slash at its end, none doubled, no `.` and no `..` in it.
 * Paths of two domains do not mix; a MountTable translates.
 */
export type PathIn<D extends Domain> = string & { readonly [domain]: D };

/** A path of the host, as its kernel and the container runtime see it. */
export type HostPath = PathIn<"host">;

/** A path as a program inside a container sees it. */
export type PodPath = PathIn<"pod">;

/** Why a text is no path, and the way out. */
export interface PathProblem {
  /** Completes "<where it was found>: ". */
  readonly message: string;
  readonly hint: string;
}

/** A path that is wrong where only a right one is possible: see `parseHostPath`. */
export class PathError extends Error {
  override readonly name = "PathError";
  readonly hint: string;

  constructor({ message, hint }: PathProblem) {
    super(message);
    this.hint = hint;
  }
}

/** The outcome of reading a text that others wrote. */
export type ParsedPath<D extends Domain> =
  | { readonly kind: "path"; readonly path: PathIn<D> }
  | { readonly kind: "problem"; readonly problem: PathProblem };

/** Reads a path of the host that others wrote; slashes too many and `.` are taken out, `..` is refused. */
export function tryParseHostPath(text: string): ParsedPath<"host"> {
  return tryParse(text);
}

/** Reads a path of a container that others wrote, by the same rules. */
export function tryParsePodPath(text: string): ParsedPath<"pod"> {
  return tryParse(text);
}

/** A path of the host; throws PathError when the text is none. For paths that we wrote ourselves. */
export function parseHostPath(text: string): HostPath {
  return orThrow(tryParseHostPath(text));
}

/** A path of a container; throws PathError when the text is none. */
export function parsePodPath(text: string): PodPath {
  return orThrow(tryParsePodPath(text));
}

/** `folder` with names below it: one text of one or more names with slashes. Throws PathError on `..`. */
export function under<D extends Domain>(folder: PathIn<D>, names: string): PathIn<D> {
  return orThrow(tryParse<D>(`${folder}/${names}`));
}

/** Whether `path` is `folder` or below it. */
export function isWithin<D extends Domain>(folder: PathIn<D>, path: PathIn<D>): boolean {
  return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
}

/** What of `path` is below `folder`, without slash at the beginning; undefined when it is not within. */
export function below<D extends Domain>(folder: PathIn<D>, path: PathIn<D>): string | undefined {
  if (!isWithin(folder, path)) return undefined;
  return path.slice(folder.length).replace(/^\//, "");
}

/** The folder that a path is in; `/` for `/`. */
export function folderOf<D extends Domain>(path: PathIn<D>): PathIn<D> {
  return orThrow(tryParse<D>(path.slice(0, path.lastIndexOf("/")) || "/"));
}

/** The last name of a path; empty for `/`. */
export function nameOf(path: PathIn<Domain>): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function tryParse<D extends Domain>(text: string): ParsedPath<D> {
  const problem = problemOf(text);
  if (problem !== undefined) return { kind: "problem", problem };
  const names = text.split("/").filter((name) => name !== "" && name !== ".");
  // The one place where a text becomes a path.
  return { kind: "path", path: `/${names.join("/")}` as PathIn<D> };
}

function problemOf(text: string): PathProblem | undefined {
  const quoted = JSON.stringify(text);
  if (text === "") return { message: "the path is empty", hint: 'write the whole path, from "/" on' };
  if (/^[A-Za-z]:[\\/]/.test(text)) {
    return { message: `${quoted} is a path of Windows`, hint: "only Linux nodes are looked at" };
  }
  if (!text.startsWith("/")) {
    return { message: `${quoted} is not absolute`, hint: 'write the whole path, from "/" on' };
  }
  if (/\p{Cc}/u.test(text)) {
    return { message: `${quoted} has a control character in it`, hint: "a path is one line of plain text" };
  }
  if (text.split("/").includes("..")) {
    return { message: `${quoted} has ".." in it`, hint: "write the path that is meant, without detours" };
  }
  return undefined;
}

function orThrow<D extends Domain>(parsed: ParsedPath<D>): PathIn<D> {
  if (parsed.kind === "problem") throw new PathError(parsed.problem);
  return parsed.path;
}
