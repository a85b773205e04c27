// SPDX-License-Identifier: Apache-2.0
import { encodeAddressDump } from "../../host/netlink/address.ts";
import { encodeLinkChange, encodeLinkDelete, encodeLinkDump } from "../../host/netlink/link.ts";
import { decodeMessages, encodeMessage, messageFlags } from "../../host/netlink/message.ts";
import { encodeRoute, encodeRouteDump, type Route } from "../../host/netlink/route.ts";

const { request, ack, dump, create } = messageFlags;
/** A whole message to the kernel. */
export const message = (type: number, flags: number, body: Uint8Array): Uint8Array =>
  encodeMessage({ type, flags: flags | request, sequence: 7, body });

/** The body of the default route, or of one to `destination`, over the link of that index. */
export function aRoute(link: number, destination = "0.0.0.0/0"): Uint8Array {
  const route: Route = {
    family: "ipv4",
    destination,
    table: 254,
    protocol: 3,
    scope: 0,
    type: 1,
    tos: 0,
    metric: 0,
    cloned: false,
    nextHops: [{ link, gateway: "10.42.0.1", onlink: false, weight: 1, rest: [] }],
    rest: [],
  };
  return encodeRoute(route);
}

/** Questions for all objects of a kind, and the type of the objects in the answer. */
export const dumps = [
  { title: "links", bytes: message(18, dump, encodeLinkDump()), answerType: 16 },
  { title: "addresses", bytes: message(22, dump, encodeAddressDump("ipv4")), answerType: 20 },
  { title: "routes", bytes: message(26, dump, encodeRouteDump("ipv4")), answerType: 24 },
  { title: "routes of IPv6", bytes: message(26, dump, encodeRouteDump("ipv6")), answerType: 24 },
];

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
/** The question for all links. */
export const linkDump = message(18, dump, encodeLinkDump());

/** The same message with another length in its header. */
function withLength(bytes: Uint8Array, length: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(0, length, true);
  return copy;
}

/** The same message with other flags in its header. */
function withFlags(bytes: Uint8Array, flags: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint16(6, flags, true);
  return copy;
}

/** What is not carried. */
export const refused = [
  { title: "a route to a network", bytes: message(24, create | ack, aRoute(1, "10.9.0.0/16")) },
  { title: "the end of a route to a network", bytes: message(25, ack, aRoute(1, "10.42.0.0/24")) },
  { title: "a multicast route", bytes: message(24, create | ack, Uint8Array.of(128, ...aRoute(1).slice(1))) },
  { title: "a default route that is not acknowledged", bytes: message(24, create, aRoute(1)) },
  { title: "a link deleted that is not acknowledged", bytes: message(17, 0, encodeLinkDelete(1)) },
  { title: "a question that is no request", bytes: withFlags(linkDump, dump) },
  { title: "a change of a link", bytes: message(16, ack, encodeLinkChange(2, { name: "other" })) },
  { title: "another change of a link", bytes: message(19, ack, encodeLinkChange(2, { up: false })) },
  { title: "a new address", bytes: message(20, create | ack, encodeAddressDump("ipv4")) },
  { title: "the rules", bytes: message(34, dump, encodeRouteDump("ipv4")) },
  {
    title: "a link of another namespace deleted",
    bytes: message(17, ack, joined(encodeLinkDelete(1), Uint8Array.of(8, 0, 46, 0, 0, 0, 0, 0))),
  },
  { title: "two messages", bytes: joined(linkDump, linkDump) },
  { title: "a message with bytes behind it", bytes: joined(linkDump, new Uint8Array(4)) },
  { title: "a message that is shorter than it says", bytes: withLength(linkDump, linkDump.length + 4) },
  { title: "a message that is longer than it says", bytes: withLength(linkDump, 16) },
  { title: "half a header", bytes: linkDump.subarray(0, 8) },
  { title: "one byte", bytes: Uint8Array.of(18) },
  { title: "a route message without body", bytes: message(24, create | ack, new Uint8Array(0)) },
  {
    title: "a message of 4100 bytes",
    bytes: message(18, dump, joined(encodeLinkDump(), new Uint8Array(4060))),
  },
];

/** The error number of an acknowledgement, 0 for success. */
export function errnoIn(datagram: Uint8Array): number | undefined {
  const [error] = decodeMessages(datagram);
  return error?.type === 2
    ? 0 - new DataView(error.body.buffer).getInt32(error.body.byteOffset, true)
    : undefined;
}
