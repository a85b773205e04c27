// SPDX-License-Identifier: Apache-2.0
import { limits } from "../protocol/index.ts";

const headerBytes = 16;

/** One kind of message that is carried into a pod's namespace (linux/rtnetlink.h). */
interface NetlinkRule {
  readonly name: string;
  readonly type: number;
  /** The kernel is silent about a change that goes well unless it is to be acknowledged. */
  readonly flags: number;
  /** Why this one of the kind is not carried; `body` is what follows the header. */
  readonly problemOf?: (body: Uint8Array) => string | undefined;
}

/** `struct ifinfomsg`. */
const linkBytes = 16;

/** `struct rtmsg`: it begins with the family and the length of the destination's prefix. */
const routeBytes = 12;

/** AF_INET and AF_INET6; routes of other families are of other kinds, such as multicast forwarding. */
const ipFamilies: readonly unknown[] = [2, 10];

/** Attributes could name a link of another namespace, by the number that this one knows it under. */
const oneLink = (body: Uint8Array): string | undefined =>
  body.length === linkBytes ? undefined : "it names more than the index of a link";

const ofDefaultRoute = (body: Uint8Array): string | undefined => {
  if (body.length < routeBytes) return "it is cut off";
  if (!ipFamilies.includes(body[0])) return "its route is neither of IPv4 nor of IPv6";
  return body[1] === 0 ? undefined : "its route is not a default route";
};

/** NLM_F_REQUEST and NLM_F_ACK. */
const [request, acknowledge] = [0x1, 0x4];

const rules: readonly NetlinkRule[] = [
  { name: "RTM_GETLINK", type: 18, flags: request },
  { name: "RTM_GETADDR", type: 22, flags: request },
  { name: "RTM_GETROUTE", type: 26, flags: request },
  { name: "RTM_DELLINK", type: 17, flags: request | acknowledge, problemOf: oneLink },
  { name: "RTM_NEWROUTE", type: 24, flags: request | acknowledge, problemOf: ofDefaultRoute },
  { name: "RTM_DELROUTE", type: 25, flags: request | acknowledge, problemOf: ofDefaultRoute },
];

/**
 * Why a netlink message is not carried into a pod's namespace, as words that follow "because"; undefined when
 * it is (docs/protocol.md, "What is refused").
 */
export function whyNotCarried(message: Uint8Array): string | undefined {
  if (message.length > limits.netlinkRequestBytes)
    return `it has ${message.length} bytes, allowed are ${limits.netlinkRequestBytes}`;
  if (message.length < headerBytes) return "it has no whole header";
  const header = new DataView(message.buffer, message.byteOffset, headerBytes);
  if (header.getUint32(0, true) !== message.length) return "it is not exactly one message";
  const type = header.getUint16(4, true);
  const rule = rules.find((row) => row.type === type);
  if (rule === undefined)
    return `its type is ${type}, allowed are ${rules.map(({ name }) => name).join(", ")}`;
  // The shim waits for the answer, and does nothing else meanwhile.
  if ((header.getUint16(6, true) & rule.flags) !== rule.flags)
    return `${rule.name}: it asks the kernel for no answer`;
  const problem = rule.problemOf?.(message.subarray(headerBytes));
  return problem && `${rule.name}: ${problem}`;
}
