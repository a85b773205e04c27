// SPDX-License-Identifier: Apache-2.0
import type { ConfFolderFact, MountFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";
import { isVolatile, mountOf } from "./read-mounts.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

/** What is known of a folder before anything of it is read; `mounts` is undefined when nobody says. */
export function tellFolder(
  machine: Machine,
  path: string,
  mounts: readonly MountFact[] | undefined,
): Omit<ConfFolderFact, "files"> {
  const look = machine.look(path);
  if (look === undefined || look.realPath === undefined) return { path, exists: false };
  if (look.kind !== "folder") throw new CannotLook(`"${path}" is no folder`);
  const real = look.realPath;
  return {
    path,
    realPath: real === withoutTrailingSlash(path) ? undefined : real,
    exists: true,
    readOnly: mounts === undefined ? undefined : mountOf(real, mounts)?.readOnly,
    volatile: mounts === undefined ? undefined : isVolatile(real, mounts),
  };
}
