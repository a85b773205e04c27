// SPDX-License-Identifier: Apache-2.0
import type { FileFact } from "../../diagnosis/index.ts";
import type { Look } from "./machine.ts";

/** What facts tell of a file; `look` is undefined when there is none. */
export function tellFile(path: string, look: Look | undefined): FileFact {
  if (look === undefined) return { path, kind: "absent" };
  const { linkTarget, realPath, kind, mode, owner, size, modified } = look;
  if (kind === "dangling-link") return { path, kind, linkTarget };
  return {
    path,
    kind,
    linkTarget,
    realPath: realPath === path ? undefined : realPath,
    mode: `0${mode.toString(8).padStart(3, "0")}`,
    owner,
    size: kind === "file" ? size : undefined,
    modified: modified.toISOString(),
  };
}
