// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { constants } from "node:os";
import { toCniError } from "../cni/index.ts";
import { limits } from "../protocol/index.ts";
import { openLibc } from "./libc.ts";
import { inNetworkNamespace, isNamespaceAt } from "./namespace.ts";
import { NetlinkError, openNetlinkSocket } from "./netlink/index.ts";

/**
 * What became of a message for a pod's network namespace.
 *
 * - `answered`: the kernel's datagrams one after another; none for an empty message
 * - `no-namespace`: there is none at the path
 * - `refused`: it is not a pod's, for that reason
 * - `failed`: the kernel did not answer, with that errno
 */
export type CarriedNetlink =
  | { readonly kind: "answered"; readonly datagrams: Uint8Array }
  | { readonly kind: "no-namespace" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly errno: number };

/** ioctl_ns(2): answers with the CLONE flag of what a namespace is about. */
const namespaceKind = 0xb703;
const networkNamespace = 0x40000000;
const ownNamespace = "/proc/thread-self/ns/net";

/**
 * Sends one rtnetlink message inside the network namespace at `path`, and gives the whole answer; an empty
 * message only looks whether there is a namespace. Never throws. What the message may be is for the caller to
 * say.
 */
export function carryNetlink(path: string, message: Uint8Array): CarriedNetlink {
  // Only a file of the kind is opened: opening a FIFO would wait, and opening a device may do something.
  if (!isNamespaceAt(path)) return { kind: "no-namespace" };
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const reason = whyNotOfPod(descriptor, path);
    if (reason !== undefined) return { kind: "refused", reason };
    return message.length === 0 ? { kind: "answered", datagrams: message } : exchangeIn(descriptor, message);
  } catch (error) {
    return { kind: "failed", errno: errnoOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function whyNotOfPod(descriptor: number, path: string): string | undefined {
  if (openLibc().calls.ioctl(descriptor, namespaceKind, null) !== networkNamespace)
    return `"${path}" is a namespace, but not of the network`;
  const [given, own] = [fstatSync(descriptor), statSync(ownNamespace)];
  return given.ino === own.ino && given.dev === own.dev ? `"${path}" is the host's own network` : undefined;
}

function exchangeIn(descriptor: number, message: Uint8Array): CarriedNetlink {
  const socket = inNetworkNamespace(`/proc/thread-self/fd/${descriptor}`, openNetlinkSocket);
  try {
    const datagrams = Buffer.concat(socket.exchange(message));
    return datagrams.length > limits.netlinkAnswerBytes
      ? { kind: "failed", errno: constants.errno.EMSGSIZE }
      : { kind: "answered", datagrams };
  } finally {
    socket.close();
  }
}

function errnoOf(error: unknown): number {
  const { cause } = toCniError(error);
  const code = error instanceof NetlinkError ? error.code : codeOf(error) || codeOf(cause);
  // The names are keys of the table, or unknown to it.
  return (constants.errno as Readonly<Record<string, number>>)[code] ?? constants.errno.EIO;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
