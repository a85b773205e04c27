// SPDX-License-Identifier: Apache-2.0
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { openLibc } from "./libc.ts";
import { createNetlink, type Netlink, openNetlinkSocket } from "./netlink/index.ts";

const networkNamespace = 0x40000000;
const bindMount = 4096;
const detachMount = 2;
const ownNamespace = "/proc/thread-self/ns/net";
const goneCodes = new Set(["ENOENT", "ESRCH", "ENOTDIR"]);

/**
 * Runs `act` with this thread in the network namespace at `path` and gives back what it gives back. `act`
 * must be synchronous: what it awaits would run elsewhere. Throws a CniError: code 3 when there is no
 * namespace at `path`, code 5 when we may not enter it; and what `act` throws. Coming back is certain: where
 * the kernel refuses it, the process ends.
 */
export function inNetworkNamespace<T>(path: string, act: () => T): T {
  const target = openNamespace(path);
  try {
    const home = openSync(ownNamespace, "r");
    try {
      enter(target, path);
      try {
        return act();
      } finally {
        comeBack(home);
      }
    } finally {
      closeSync(home);
    }
  } finally {
    closeSync(target);
  }
}

/** `NSFS_MAGIC` of Linux: the file system that namespaces are files of. */
const namespaceFiles = 0x6e736673;

/**
 * Whether there is a namespace at `path`. A plain file, as a reboot or sbr's DEL leaves it there, is none.
 */
export function isNamespaceAt(path: string): boolean {
  try {
    return statfsSync(path).type === namespaceFiles;
  } catch {
    return false;
  }
}

/** Whether `error` says that there is no network namespace at a path. */
export function isNamespaceGone(error: unknown): boolean {
  return error instanceof CniError && error.code === cniErrorCodes.unknownContainer;
}

function openNamespace(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (goneCodes.has(code)) throw namespaceGone(path, cause);
    throw new CniError(cniErrorCodes.ioFailure, `opening the network namespace "${path}": ${code}`, {
      cause,
    });
  }
}

/** The error (code 3) that says that there is no network namespace at `path`. */
export function namespaceGone(path: string, cause?: unknown): CniError {
  return new CniError(
    cniErrorCodes.unknownContainer,
    `entering the network namespace "${path}": there is none at this path`,
    { hint: "the container has gone; the runtime will make a new one", cause },
  );
}

function enter(descriptor: number, path: string): void {
  const { calls, errnoName } = openLibc();
  if (calls.setns(descriptor, networkNamespace) === 0) return;
  const code = errnoName();
  // What `ip netns delete` or a reboot leaves behind is a plain file, no namespace.
  if (code === "EINVAL") throw namespaceGone(path, undefined);
  throw new CniError(cniErrorCodes.ioFailure, `entering the network namespace "${path}": ${code}`, {
    hint: "this needs CAP_SYS_ADMIN: run as root, as container runtimes do",
  });
}

/** Going on in a pod's namespace would set up the wrong machine, so nothing goes on. */
function comeBack(home: number): void {
  const { calls, errnoName } = openLibc();
  if (calls.setns(home, networkNamespace) === 0) return;
  process.stderr.write(`leaving a network namespace failed with ${errnoName()}: stopping here\n`);
  process.abort();
}

/**
 * Opens a netlink socket, in the namespace at `path` or in this thread's, hands it to `act` and closes it
 * after; while `act` waits, this thread is where it was before. Rejects with what `inNetworkNamespace`,
 * `openNetlinkSocket` and `act` throw.
 */
export async function withNetlink<T>(
  path: string | undefined,
  act: (netlink: Netlink) => Promise<T>,
): Promise<T> {
  const socket = path === undefined ? openNetlinkSocket() : inNetworkNamespace(path, openNetlinkSocket);
  try {
    return await act(createNetlink(async (message) => socket.exchange(message)));
  } finally {
    socket.close();
  }
}

/**
 * Makes a network namespace and keeps it alive by a mount at `path`, as `ip netns add` does; folders above
 * are made. Throws a CniError (code 5) when `path` is taken or we may not.
 */
export function createNetworkNamespace(path: string): void {
  const failed = (reason: string, cause?: unknown): CniError =>
    new CniError(cniErrorCodes.ioFailure, `making the network namespace "${path}": ${reason}`, { cause });
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "", { flag: "wx", mode: 0o444 });
  } catch (cause) {
    throw failed(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { calls, errnoName } = openLibc();
  const home = openSync(ownNamespace, "r");
  let reason: string | undefined;
  if (calls.unshare(networkNamespace) === 0) {
    if (calls.mount(cString(ownNamespace), cString(path), null, bindMount, null) !== 0) reason = errnoName();
    comeBack(home);
  } else {
    reason = errnoName();
  }
  closeSync(home);
  if (reason === undefined) return;
  rmSync(path, { force: true });
  throw failed(reason);
}

/**
 * Takes away what `createNetworkNamespace` made; an absent one is fine. The kernel ends the namespace, and
 * its links, when nobody uses it any more. Throws a CniError (code 5).
 */
export function removeNetworkNamespace(path: string): void {
  const { calls, errnoName } = openLibc();
  const ended = calls.umount2(cString(path), detachMount) === 0 ? "" : errnoName();
  if (ended !== "" && ended !== "EINVAL" && ended !== "ENOENT") {
    throw new CniError(cniErrorCodes.ioFailure, `removing the network namespace "${path}": ${ended}`);
  }
  rmSync(path, { force: true });
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);
