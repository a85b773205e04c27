// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan } from "../attachments/index.ts";
import { toCniError } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";
import type { Presence, Sweep } from "./sweep.ts";

/** Whom `presenceBy` asks. */
export interface Witnesses {
  /** Ids of all sandboxes of the container runtime; undefined when nobody knows its socket. */
  readonly listSandboxes: (() => Promise<ReadonlySet<string>>) | undefined;
  readonly podNamespace: Pick<VerbPorts["podNamespace"], "isThere">;
}

/**
 * Tells who is gone, for one sweep. The runtime's list, asked for once and only when it is needed, counts for
 * containers of pods; others it may not know. Whom it does not list is gone when the namespace is, too; when
 * that is still there, only if the list has others of the journal: on a host with two runtimes it may be the
 * wrong one's. A list that cannot be had is no list: then nobody is gone.
 */
export function presenceBy({ listSandboxes, podNamespace }: Witnesses): Sweep["isGone"] {
  const listOnce = listSandboxes && once(listSandboxes);
  return async (plan, all) => {
    try {
      // The runtime first: without its list a namespace that is gone says too little.
      const listed = plan.pod === undefined ? undefined : await listOnce?.();
      const hasNamespace = plan.netns === "" ? "unknown" : await podNamespace.isThere(plan.netns);
      return listed === undefined ? byNamespace(hasNamespace) : byList(listed, { plan, all, hasNamespace });
    } catch (error) {
      return { why: toCniError(error).message };
    }
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** `unknown` for an entry that names none. */
type HasNamespace = boolean | "unknown";

function byNamespace(hasNamespace: HasNamespace): Presence {
  if (hasNamespace === "unknown") return { why: "its entry names no namespace to look for" };
  return hasNamespace ? "there" : "gone";
}

interface Unlisted {
  readonly plan: AttachmentPlan;
  readonly all: readonly AttachmentPlan[];
  readonly hasNamespace: HasNamespace;
}

function byList(listed: ReadonlySet<string>, { plan, all, hasNamespace }: Unlisted): Presence {
  if (listed.has(plan.containerId)) return "there";
  if (hasNamespace !== true || all.some((other) => listed.has(other.containerId))) return "gone";
  return { why: `the runtime lists no container that we know, and "${plan.netns}" is still there` };
}
