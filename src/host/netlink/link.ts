// SPDX-License-Identifier: Apache-2.0
import { decodeMac, encodeMac } from "./address-text.ts";
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  findAttribute,
  findNumber,
  findText,
  nestedAttribute,
  numberAttribute,
  textAttribute,
} from "./attributes.ts";
import { joinBytes, viewOf } from "./bytes.ts";

/** Message types of links (linux/rtnetlink.h). */
export const linkMessages = { create: 16, delete: 17, get: 18, change: 19 } as const;

/** A network interface. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** undefined for links without hardware address. */
  readonly mac: string | undefined;
  readonly mtu: number;
  readonly up: boolean;
  readonly loopback: boolean;
  /** What `ip link` calls the type: `veth`, `bridge`, `macvlan`; undefined for hardware and `lo`. */
  readonly kind: string | undefined;
  /** Index of the bridge or bond that this link is a port of. */
  readonly master: number | undefined;
  /** Index of the parent, or of the other end of a veth pair, maybe in another namespace. */
  readonly parent: number | undefined;
}

/** A link to be made. */
export type NewLink =
  | { readonly kind: "bridge"; readonly name: string }
  | { readonly kind: "veth"; readonly name: string; readonly peer: string }
  | { readonly kind: "macvlan"; readonly name: string; readonly parent: number };

/** What to change of a link; what is not named stays. */
export interface LinkChange {
  readonly up?: boolean;
  readonly name?: string;
  readonly mac?: string;
  readonly mtu?: number;
  /** Index of the bridge that the link becomes a port of. */
  readonly master?: number;
  /** Descriptor of the network namespace that the link moves to. */
  readonly namespace?: number;
}

const kinds = { mac: 1, name: 3, mtu: 4, parent: 5, master: 10, info: 18, namespace: 28, extraMask: 29 };
const infoKinds = { kind: 1, data: 2 };
const peerAttribute = 1;
const macvlanMode = 1;
const macvlanBridge = 4;
const upFlag = 1;
const loopbackFlag = 8;
const fixedLength = 16;
// RTEXT_FILTER_SKIP_STATS: counters make most of an answer and nobody here reads them.
const withoutCounters = numberAttribute(kinds.extraMask, 8);

function fixedPart(index: number, flags: number, change: number): Uint8Array {
  const bytes = new Uint8Array(fixedLength);
  const view = viewOf(bytes);
  view.setInt32(4, index, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, change, true);
  return bytes;
}

/** The body of a request for all links. */
export function encodeLinkDump(): Uint8Array {
  return joinBytes([fixedPart(0, 0, 0), encodeAttributes([withoutCounters])]);
}

/** The body of a request for the link of that name. */
export function encodeLinkQuery(name: string): Uint8Array {
  const attributes = [textAttribute(kinds.name, name), withoutCounters];
  return joinBytes([fixedPart(0, 0, 0), encodeAttributes(attributes)]);
}

/** The body of a message that makes a link; it is down and without address then. */
export function encodeNewLink(link: NewLink): Uint8Array {
  const parent = link.kind === "macvlan" ? [numberAttribute(kinds.parent, link.parent)] : [];
  const data = dataOfNewLink(link);
  const info = [textAttribute(infoKinds.kind, link.kind), ...data];
  const attributes = [textAttribute(kinds.name, link.name), ...parent, nestedAttribute(kinds.info, info)];
  return joinBytes([fixedPart(0, 0, 0), encodeAttributes(attributes)]);
}

function dataOfNewLink(link: NewLink): readonly Attribute[] {
  if (link.kind === "macvlan") {
    return [nestedAttribute(infoKinds.data, [numberAttribute(macvlanMode, macvlanBridge)])];
  }
  if (link.kind === "bridge") return [];
  const peer = joinBytes([fixedPart(0, 0, 0), encodeAttributes([textAttribute(kinds.name, link.peer)])]);
  return [nestedAttribute(infoKinds.data, [{ type: peerAttribute, value: peer }])];
}

/** The body of a message that changes the link of that index. */
export function encodeLinkChange(index: number, change: LinkChange): Uint8Array {
  const attributes: Attribute[] = [];
  if (change.name !== undefined) attributes.push(textAttribute(kinds.name, change.name));
  if (change.mac !== undefined) attributes.push({ type: kinds.mac, value: encodeMac(change.mac) });
  if (change.mtu !== undefined) attributes.push(numberAttribute(kinds.mtu, change.mtu));
  if (change.master !== undefined) attributes.push(numberAttribute(kinds.master, change.master));
  if (change.namespace !== undefined) attributes.push(numberAttribute(kinds.namespace, change.namespace));
  const flags = fixedPart(index, change.up ? upFlag : 0, change.up === undefined ? 0 : upFlag);
  return joinBytes([flags, encodeAttributes(attributes)]);
}

/** The body of a message that deletes the link of that index. */
export function encodeLinkDelete(index: number): Uint8Array {
  return fixedPart(index, 0, 0);
}

/** The link in the body of a message. */
export function decodeLink(body: Uint8Array): Link {
  const view = viewOf(body);
  const attributes = decodeAttributes(body.subarray(fixedLength));
  const mac = findAttribute(attributes, kinds.mac);
  const info = findAttribute(attributes, kinds.info);
  return {
    index: view.getInt32(4, true),
    name: findText(attributes, kinds.name) ?? "",
    mac: mac === undefined || mac.length === 0 ? undefined : decodeMac(mac),
    mtu: findNumber(attributes, kinds.mtu) ?? 0,
    up: (view.getUint32(8, true) & upFlag) !== 0,
    loopback: (view.getUint32(8, true) & loopbackFlag) !== 0,
    kind: info === undefined ? undefined : findText(decodeAttributes(info), infoKinds.kind),
    master: findNumber(attributes, kinds.master),
    parent: findNumber(attributes, kinds.parent),
  };
}
