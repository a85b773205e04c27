// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { flag, maybe, oneOf, shape, text } from "./shapes.ts";

/** What the kernel's security modules do. */
export const securityFact = shape("What the kernel's security modules do", {
  selinux: factOf(
    shape("SELinux", {
      mode: oneOf("What it does", ["enforcing", "permissive", "disabled"]),
      configured: maybe(text("What its configuration asks for at the next start")),
      policy: maybe(text("Name of its policy, such as targeted")),
    }),
  ),
  appArmor: factOf(
    shape("AppArmor", {
      enabled: flag("Whether it is on"),
      restrictsUserNamespaces: maybe(
        flag("Whether it keeps users without rights from making user namespaces"),
      ),
    }),
  ),
});

/** What the kernel's security modules do. */
export type SecurityFact = v.InferOutput<typeof securityFact>;
