// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { attempt } from "./cannot-look.ts";
import { followLinks, type LinkState } from "./follow-links.ts";
import { readRegular } from "./read-regular.ts";

/**
 * The files of a machine, all by the machine's own paths. Everything is read-only, and nothing outside the
 * root is ever looked at: links are followed as the machine itself would follow them. What is not there is
 * undefined; what cannot be looked at throws a CannotLook.
 */
export interface Machine {
  /** Whether it is this machine now, so that its sockets and programs may be asked. */
  readonly live: boolean;
  /** The bytes of a regular file. */
  readBytes(path: string): Buffer | undefined;
  /** The text of a regular file. */
  readText(path: string): string | undefined;
  /** The first bytes of a regular file. */
  readHead(path: string, length: number): Buffer | undefined;
  /** The names in a folder, in the order of their bytes. */
  list(folder: string): readonly string[] | undefined;
  /** What is at a path, before and after links are followed. */
  look(path: string): Look | undefined;
  /** The path in the file system of this process, links followed; for sockets and programs. */
  placeOf(path: string): string | undefined;
}

/** What is at a path. */
export interface Look {
  /** What the link at the path says; undefined when it is no link. */
  readonly linkTarget: string | undefined;
  /** The machine's path of what is there when all links are followed; undefined for a dangling link. */
  readonly realPath: string | undefined;
  readonly kind: "file" | "folder" | "socket" | "other" | "dangling-link";
  readonly mode: number;
  readonly owner: string;
  readonly size: number;
  readonly modified: Date;
}

/** More than any configuration has; a list of modules has some hundred kilobytes. */
const largestFile = 16 * 1024 * 1024;

/** The machine whose files are below `root`, an absolute path of this process; `/` is this machine. */
export function openMachine({ root, live }: { readonly root: string; readonly live: boolean }): Machine {
  const inside = (path: string) => `${root === "/" ? "" : root}${path}`;
  const find = (path: string) =>
    followLinks(
      path,
      (at) => lstatOrNothing(inside(at), at),
      (at) => readlinkSync(inside(at)),
    );
  const withPlace = <T>(path: string, read: (place: string) => T): T | undefined => {
    const real = attempt(path, () => find(path));
    return real === undefined ? undefined : attempt(path, () => read(inside(real)));
  };
  const readHead: Machine["readHead"] = (path, length) =>
    withPlace(path, (place) => readRegular(place, path, { bound: length, cut: true }));
  const readBytes: Machine["readBytes"] = (path) =>
    withPlace(path, (place) => readRegular(place, path, { bound: largestFile, cut: false }));
  return {
    live,
    readHead,
    readBytes,
    readText: (path) => readBytes(path)?.toString("utf8"),
    list: (folder) => withPlace(folder, (place) => readdirSync(place).sort(byBytes)),
    look: (path) => attempt(path, () => lookAtPath(path, { find, inside })),
    placeOf: (path) => withPlace(path, (place) => place),
  };
}

/** The order of Go: by the bytes of UTF-8. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function lstatOrNothing(place: string, path: string): LinkState {
  const stat = attempt(path, () => lstatSync(place));
  if (stat === undefined) return "absent";
  return stat.isSymbolicLink() ? "link" : "there";
}

interface Finder {
  readonly find: (path: string) => string | undefined;
  readonly inside: (path: string) => string;
}

function lookAtPath(path: string, { find, inside }: Finder): Look | undefined {
  const slash = path.lastIndexOf("/");
  const folder = find(path.slice(0, Math.max(slash, 1)));
  if (folder === undefined) return undefined;
  const name = path.slice(slash + 1);
  const own = inside(name === "" ? folder : `${folder === "/" ? "" : folder}/${name}`);
  const stat = lstatSync(own);
  const linkTarget = stat.isSymbolicLink() ? readlinkSync(own) : undefined;
  const realPath = find(path);
  const real = realPath === undefined ? stat : lstatSync(inside(realPath));
  return {
    linkTarget,
    realPath,
    kind: realPath === undefined ? "dangling-link" : kindOf(real),
    mode: real.mode & 0o7777,
    owner: `${real.uid}:${real.gid}`,
    size: real.size,
    modified: real.mtime,
  };
}

function kindOf(stat: ReturnType<typeof lstatSync>): Look["kind"] {
  if (stat?.isFile()) return "file";
  if (stat?.isDirectory()) return "folder";
  return stat?.isSocket() ? "socket" : "other";
}
