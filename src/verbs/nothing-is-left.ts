// SPDX-License-Identifier: Apache-2.0
import { type CniError, cniErrorCodes } from "../cni/index.ts";
import { traitsOf } from "./plugin-traits.ts";
import type { VerbPorts } from "./ports.ts";
import { saysThat } from "./refusals.ts";
import { type AttachmentRun, type DelFailure, releaseLease } from "./run-attachment.ts";

interface FailedDel {
  /** `netns` is empty when the namespace is gone. */
  readonly run: AttachmentRun;
  readonly failures: readonly DelFailure[];
  /** Whether its ADD may have been finished. */
  readonly mayBeWhole: boolean;
  /** How the ADD of this attachment failed just before. */
  readonly refusal: CniError | undefined;
  readonly ports: {
    readonly podNamespace: Pick<VerbPorts["podNamespace"], "readInterface" | "removeInterface">;
  };
}

/**
 * Whether nothing of an attachment is left although DEL failed. Some plugins cannot delete what they could
 * not have made: macvlan looks for its master and host-local reads its ranges before they do anything, in ADD
 * as in DEL, and a pod that can never be deleted would be worse than the mistake in its NAD; sbr and
 * host-device cannot go on without the namespace, as after a reboot. Without the interface in the pod, it is
 * enough that
 * - every plugin refuses in the very words in which it refused the ADD, and they are about its configuration,
 *   or
 * - its ADD was cut short, and every plugin says that the configuration is one that no ADD can have succeeded
 *   with, or
 * - those that refuse only make a link, or miss the namespace that is gone, and their IPAM plugin, asked
 *   directly, has released the lease.
 *
 * Then a link that is still there is taken away here: macvlan (plugins 1.1.1) leaves it when its IPAM plugin
 * refuses, in ADD and in DEL.
 */
export async function nothingIsLeft(failed: FailedDel): Promise<boolean> {
  const { run, failures, ports } = failed;
  const { interface: name } = run.attachment;
  const isLeft = await isThere(failed, name);
  if (isLeft && !failures.every(({ plugin }) => traitsOf(plugin).makesItsLink)) return false;
  if (!(await addressIsGone(failed))) return false;
  if (isLeft) await ports.podNamespace.removeInterface(run.netns, name);
  return !(isLeft && (await isThere(failed, name)));
}

async function isThere({ run, ports }: FailedDel, name: string): Promise<boolean> {
  return run.netns !== "" && (await ports.podNamespace.readInterface(run.netns, name)) !== undefined;
}

async function addressIsGone(failed: FailedDel): Promise<boolean> {
  const { run, failures, refusal, mayBeWhole } = failed;
  if (failures.every((failure) => isSameRefusal(failure, refusal))) return true;
  if (!mayBeWhole && failures.every(({ error }) => saysThat(error.reason, "neverValid"))) return true;
  const isGone = run.netns === "";
  for (const { plugin, error } of failures) {
    const onlyLinks = traitsOf(plugin).isLinkAndLease || (isGone && saysThat(error.reason, "namespaceGone"));
    if (!onlyLinks || (await releaseLease(run, plugin)).length > 0) return false;
  }
  return true;
}

function isSameRefusal({ plugin, error }: DelFailure, refusal: CniError | undefined): boolean {
  const { reason, code } = error;
  if (reason === undefined || reason !== refusal?.reason) return false;
  if (traitsOf(plugin).isLinkAndLease && saysThat(reason, "nobodyThere")) return true;
  return code !== cniErrorCodes.tryAgainLater && !saysThat(reason, "later");
}
