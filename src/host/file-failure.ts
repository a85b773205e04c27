// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { folderOf } from "./path-parts.ts";

/** What to do about a failure of the file system, by the kernel's name for it. */
const waysOut: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: (path) => `free space or inodes on the file system of ${folderOf(path)}`,
  EDQUOT: (path) => `raise the quota on the file system of ${folderOf(path)}`,
  EROFS: (path) => `mount the file system of ${folderOf(path)} writable, or configure another folder`,
  EACCES: (path) => `let root read and write ${path}; look at its owner, mode and SELinux label`,
  EPERM: (path) => `let root write ${path}; look at its attributes with lsattr`,
  ENOTDIR: (path) => `a part of ${path} is a file where a folder must be; move that file away`,
  EEXIST: (path) => `a part of ${path} is a file where a folder must be; move that file away`,
  EISDIR: (path) => `${path} is a folder where a file must be; move that folder away`,
  EIO: (path) => `the disk under ${folderOf(path)} fails; look at dmesg`,
  EMFILE: () => "raise the limit of open files",
};

/** The kernel's name of a failure, such as `ENOSPC`; undefined for what is no system error. */
export function errorName(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether `error` says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  const name = errorName(error);
  return name === "ENOENT" || name === "ENOTDIR";
}

/**
 * A failure of the file system as a CniError (code 5); `action` is what was being done, such as "writing the
 * journal".
 */
export function fileFailure(action: string, path: string, error: unknown): CniError {
  const name = errorName(error);
  const said = error instanceof Error ? error.message : String(error);
  // The kernel's word comes before the path: names of containers are long, and a runtime shows the start of a
  // line.
  const sentence = name === undefined ? `${action} "${path}": ${said}` : `${action}: ${name} at "${path}"`;
  return new CniError(cniErrorCodes.ioFailure, sentence, {
    hint: name === undefined ? undefined : waysOut[name]?.(path),
    details: said,
    cause: error,
  });
}
