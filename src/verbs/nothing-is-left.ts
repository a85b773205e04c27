// SPDX-License-Identifier: Apache-2.0
import { type CniError, cniErrorCodes } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";
import { type AttachmentRun, type DelFailure, releaseLease } from "./run-attachment.ts";

/** Plugins whose attachments are a link of the kernel in the pod and a lease of their IPAM plugin, and nothing besides. */
const linkAndLease: readonly string[] = ["macvlan", "ipvlan", "vlan", "host-device"];

/** Refusals that say something of this moment and not of the configuration: what was made before them may be there. */
const saysLater =
  /time(?:d )?-?out|deadline|try again|connection|connect:|dial|unavailable|\bEOF\b|cancell?ed|killed/i;

/** Nobody was there to be asked, as the DHCP daemon that does not run: nobody gave an address. */
const saysNobodyThere = /dial unix \S+: connect: (?:no such file or directory|connection refused)/;

/** What host-local (plugins 1.x) says of ranges that it can never give an address from. */
const saysNeverValid = /invalid range set|no IP ranges specified|invalid CIDR|range set \d+ overlaps/i;

/** Plugins that make the link in ADD, before they ask for an address; a device of the host is not ours to take away. */
const makesItsLink: readonly string[] = ["macvlan", "ipvlan", "vlan", "bridge", "ptp"];

/** What plugins say when the pod's namespace is not there any more: containerd takes the same words for success then. */
const saysGone = /not found|no such file or directory|unknown FS magic/i;

interface FailedDel {
  /** `netns` is empty when the namespace is gone. */
  readonly run: AttachmentRun;
  readonly failures: readonly DelFailure[];
  /** Whether its ADD may have been finished. */
  readonly mayBeWhole: boolean;
  /** How the ADD of this attachment failed just before. */
  readonly refusal: CniError | undefined;
  readonly ports: Pick<VerbPorts, "podNamespace">;
}

/**
 * Whether nothing of an attachment is left although DEL failed. Some plugins cannot delete what they could not have made: macvlan
 * looks for its master and host-local reads its ranges before they do anything, in ADD as in DEL, and a pod that can never be deleted
 * would be worse than the mistake in its NAD; sbr and host-device cannot go on without the namespace, as after a reboot. Without the
 * interface in the pod, it is enough that
 * - every plugin refuses in the very words in which it refused the ADD, and they are about its configuration, or
 * - its ADD was cut short, and every plugin says that the configuration is one that no ADD can have succeeded with, or
 * - those that refuse only make a link, or miss the namespace that is gone, and their IPAM plugin, asked directly, has released the lease.
 *
 * Then a link that is still there is taken away here: macvlan (plugins 1.1.1) leaves it when its IPAM plugin refuses, in ADD and in DEL.
 */
export async function nothingIsLeft(failed: FailedDel): Promise<boolean> {
  const { run, failures, ports } = failed;
  const { interface: name } = run.attachment;
  const isLeft = await isThere(failed, name);
  if (isLeft && !failures.every(({ plugin }) => makesItsLink.includes(plugin.type))) return false;
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
  if (!mayBeWhole && failures.every(({ error }) => saysNeverValid.test(error.reason ?? ""))) return true;
  const isGone = run.netns === "";
  for (const { plugin, error } of failures) {
    const onlyLinks = linkAndLease.includes(plugin.type) || (isGone && saysGone.test(error.reason ?? ""));
    if (!onlyLinks || (await releaseLease(run, plugin)).length > 0) return false;
  }
  return true;
}

function isSameRefusal({ plugin, error }: DelFailure, refusal: CniError | undefined): boolean {
  const { reason, code } = error;
  if (reason === undefined || reason !== refusal?.reason) return false;
  if (linkAndLease.includes(plugin.type) && saysNobodyThere.test(reason)) return true;
  return code !== cniErrorCodes.tryAgainLater && !saysLater.test(reason);
}
