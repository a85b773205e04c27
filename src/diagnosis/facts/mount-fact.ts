// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { flag, hostPath, list, oneOf, shape, text } from "./shapes.ts";

/** A mount of the host; those of single pods and containers are left out. */
export const mountFact = shape("A mount of the host", {
  path: hostPath("Where it is mounted"),
  filesystem: text("Such as ext4, overlay, tmpfs"),
  source: text("Device or other source"),
  root: text("What of the source is mounted: / or a folder of it"),
  readOnly: flag("Whether it is read-only"),
  options: list("All its options, those of the mount first", text("Such as noexec")),
  propagation: oneOf("Whether mounts made below it reach others", [
    "shared",
    "slave",
    "shared-slave",
    "private",
    "unbindable",
  ]),
});

/** A mount of the host. */
export type MountFact = v.InferOutput<typeof mountFact>;
