// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { oneOf, shape, text } from "./shapes.ts";

/** What networks need of the kernel. */
export const kernelFeatures = ["macvlan", "ipvlan", "vlan", "bridge", "vxlan", "tun"] as const;

/** Something that networks need of the kernel. */
export type KernelFeature = (typeof kernelFeatures)[number];

const support = factOf(
  shape("How the kernel supports it", {
    state: oneOf("In use now, part of the kernel, a module that can be loaded, or not there", [
      "loaded",
      "built-in",
      "module",
      "absent",
    ]),
    seenIn: text("What says so, such as a file"),
  }),
);

/** The kernel. */
export const kernelFact = shape("The kernel", {
  release: factOf(text("Its release, as `uname -r` says")),
  architecture: factOf(text("In the words of Go and Kubernetes: amd64, arm64 ...")),
  features: shape("What networks need of it", {
    macvlan: support,
    ipvlan: support,
    vlan: support,
    bridge: support,
    vxlan: support,
    tun: support,
  } satisfies Record<KernelFeature, typeof support>),
});

/** The kernel. */
export type KernelFact = v.InferOutput<typeof kernelFact>;
