// SPDX-License-Identifier: Apache-2.0

import { ptr } from "bun:ffi";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { openLibc } from "../libc.ts";

const flags = { bind: 4096, recursive: 16384, private: 1 << 18, noSuid: 2, noDevices: 4 } as const;
// The same number on every architecture.
const mountSetAttributes = 442;
const currentFolder = -100;
const allBelow = 0x8000;

/** Ends the exchange of mounts with other mount namespaces, both ways. Throws a CniError (code 5). */
export function makeMountsPrivate(): void {
  mount({ from: undefined, to: "/", flags: flags.recursive | flags.private });
}

/**
 * Puts an empty folder in memory where `path` is; entries that `shows` names are still seen in it where their
 * mounts allow it, read-only where the kernel can (5.12). A folder that is not there appears, without the
 * real one above it being written to. Throws a CniError (code 5).
 */
export function makePrivateFolder(path: string, shows: (name: string) => boolean): void {
  if (!existsSync(path)) {
    const above = dirname(path);
    // A mount over the root folder would not be seen by a process that is in it already.
    if (above === "/")
      throw new CniError(cniErrorCodes.ioFailure, `making "${path}" private: it does not exist`);
    makePrivateFolder(above, () => true);
    mkdirSync(path);
    return;
  }
  const folder = realpathSync(path);
  const entries = readdirSync(folder, { withFileTypes: true });
  // What is mounted over is reachable through a descriptor opened before.
  const before = openSync(folder, "r");
  try {
    mount({
      from: "tmpfs",
      to: folder,
      type: "tmpfs",
      flags: flags.noSuid | flags.noDevices,
      data: "mode=755",
    });
    for (const entry of entries.filter(({ name }) => shows(name))) {
      const to = join(folder, entry.name);
      const from = `/proc/self/fd/${before}/${entry.name}`;
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
      else showEntry({ from, to, isFolder: entry.isDirectory() });
    }
  } finally {
    closeSync(before);
  }
}

function showEntry({ from, to, isFolder }: { from: string; to: string; isFolder: boolean }): void {
  if (isFolder) mkdirSync(to);
  else writeFileSync(to, "");
  // A mount that forbids it (unbindable, somebody's FUSE) shows as empty; that is no reason to have no
  // sandbox.
  if (tryMount({ from, to, flags: flags.bind | flags.recursive }) === undefined) makeReadOnly(to);
}

/** Best effort: kernels before 5.12 do not know it, and then the mount stays writable. */
function makeReadOnly(path: string): void {
  // struct mount_attr: the attributes to set come first, and read-only is bit 0.
  const attributes = new Uint8Array(32);
  attributes[0] = 1;
  const text = cString(path);
  openLibc().calls.syscall(mountSetAttributes, currentFolder, ptr(text), allBelow, ptr(attributes), 32, 0);
}

interface MountRequest {
  readonly from: string | undefined;
  readonly to: string;
  readonly type?: string;
  readonly flags: number;
  readonly data?: string;
}

function mount(request: MountRequest): void {
  const refused = tryMount(request);
  if (refused === undefined) return;
  const { from = "nothing", to } = request;
  throw new CniError(cniErrorCodes.ioFailure, `mounting "${from}" at "${to}": ${refused}`, {
    hint: "security modules such as AppArmor may forbid mounts to users: run this as root",
  });
}

/** The error number's name when it was refused. */
function tryMount({ from, to, type, flags: flagBits, data }: MountRequest): string | undefined {
  const { calls, errnoName } = openLibc();
  const text = (value: string | undefined): Buffer | null => (value === undefined ? null : cString(value));
  return calls.mount(text(from), cString(to), text(type), flagBits, text(data)) === 0
    ? undefined
    : errnoName();
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);
