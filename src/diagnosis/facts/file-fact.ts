// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { hostPath, maybe, number, oneOf, shape, text, time } from "./shapes.ts";

/** The rows that every file has; `path` is where it was looked for. */
export const fileRows = {
  path: hostPath("Where it is"),
  kind: oneOf("What is there, a link followed", [
    "file",
    "folder",
    "socket",
    "other",
    "dangling-link",
    "absent",
  ]),
  linkTarget: maybe(text("What the link says, when it is a link")),
  realPath: maybe(hostPath("What is there when all links are followed, when that differs from `path`")),
  mode: maybe(text('Permissions in octal, such as "0644", of what is there')),
  owner: maybe(text('Numbers of user and group, such as "0:0"')),
  size: maybe(number("In bytes")),
  modified: maybe(time("When its content changed last")),
} as const;

/** A file, folder or socket of the host. */
export const fileFact = shape("A file, folder or socket of the host", fileRows);

/** A file, folder or socket of the host. */
export type FileFact = v.InferOutput<typeof fileFact>;
