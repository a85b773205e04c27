// SPDX-License-Identifier: Apache-2.0
import { type CniResult, isSameIp } from "../cni/index.ts";
import { parseMac } from "./mac-address.ts";
import type { Attachment } from "./plan.ts";
import { podInterfaces } from "./pod-interfaces.ts";

/** The attachment's interface as the kernel shows it. */
export interface ObservedInterface {
  readonly mac: string;
  /** With or without prefix length. */
  readonly addresses: readonly string[];
}

/**
 * What the attachment was asked for and does not have: an address or MAC that neither the result nor the
 * kernel shows. Gives one sentence that says which, what there is instead and what to add to the NAD;
 * undefined when all is there.
 */
export function unmetRequests(
  attachment: Pick<Attachment, "network" | "interface" | "requested">,
  result: CniResult,
  observed: ObservedInterface | undefined,
): string | undefined {
  const { ips, mac } = attachment.requested;
  const addresses = result.ips.map(({ address }) => address);
  const known = addresses.length > 0 ? addresses : (observed?.addresses ?? []);
  const missing = ips.filter((ip) => !known.some((address) => isSameIp(ip, address)));
  if (missing.length > 0) {
    return sentence(attachment, {
      asked: missing.join(", "),
      got: known.join(", ") || "no address",
      remedy: '"capabilities": {"ips": true} and an IPAM that honours it, e.g. static',
    });
  }
  const macs = macsOf(attachment, result, observed);
  if (mac === undefined || macs.some((other) => isSameMac(mac, other))) return undefined;
  return sentence(attachment, {
    asked: mac,
    got: macs[0] ?? "no MAC address",
    remedy: '"capabilities": {"mac": true} to a plugin that honours it, e.g. tuning',
  });
}

/**
 * A result may tell the MAC from before a later plugin changed it, so that the kernel's word counts as well.
 */
function macsOf(
  attachment: Pick<Attachment, "interface">,
  result: CniResult,
  observed: ObservedInterface | undefined,
): readonly string[] {
  const told = podInterfaces(result, attachment.interface).flatMap(({ mac }) => (mac ? [mac] : []));
  return observed === undefined ? told : [...told, observed.mac];
}

function isSameMac(one: string, other: string): boolean {
  const mac = parseMac(one);
  return mac !== undefined && mac === parseMac(other);
}

function sentence(
  { network, interface: name }: Pick<Attachment, "network" | "interface">,
  { asked, got, remedy }: { readonly asked: string; readonly got: string; readonly remedy: string },
): string {
  return `network "${network}" gave ${name} ${got} instead of the requested ${asked}; add to the NAD: ${remedy}`;
}
