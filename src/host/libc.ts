// SPDX-License-Identifier: Apache-2.0
import { dlopen, type Library, read } from "bun:ffi";
import { CniError, cniErrorCodes } from "../cni/index.ts";

/**
 * Names of the C library: glibc, then musl as the linker knows it, then musl where only the loader is there.
 */
const libraryNames = [
  "libc.so.6",
  "libc.musl-x86_64.so.1",
  "libc.musl-aarch64.so.1",
  "/lib/ld-musl-x86_64.so.1",
  "/lib/ld-musl-aarch64.so.1",
] as const;

// What returns ssize_t or long is read as i32: descriptors, pids and lengths under 2 GiB fit, and it is a
// plain number.
const symbols = {
  __errno_location: { args: [], returns: "ptr" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  flock: { args: ["i32", "i32"], returns: "i32" },
  ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
  mount: { args: ["cstring", "cstring", "cstring", "u64", "cstring"], returns: "i32" },
  open: { args: ["cstring", "i32", "i32"], returns: "i32" },
  pipe2: { args: ["ptr", "i32"], returns: "i32" },
  recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i32" },
  sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i32" },
  setns: { args: ["i32", "i32"], returns: "i32" },
  setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], returns: "i32" },
  umount2: { args: ["cstring", "i32"], returns: "i32" },
  unshare: { args: ["i32"], returns: "i32" },
} as const;

/** The C library of this host: its functions, and why the last one failed. */
export interface Libc {
  /** Each returns -1 on failure; ask `errno()` at once then. */
  readonly calls: Library<typeof symbols>["symbols"];
  /** The error number of this thread's last failed call. */
  errno(): number;
  /** The same as a name, such as `ENOENT`. */
  errnoName(): string;
}

let opened: Libc | undefined;

/**
 * Opens the C library at the first call, then gives the same one; throws a CniError (code 999) where there is
 * none that we can load.
 */
export function openLibc(): Libc {
  opened ??= bindLibc();
  return opened;
}

function bindLibc(): Libc {
  const failures: string[] = [];
  for (const name of libraryNames) {
    try {
      return describeLibc(dlopen(name, symbols).symbols);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new CniError(
    cniErrorCodes.internal,
    "opening the C library of this host: none of its known names works",
    {
      hint: "use the build of Plures that fits this host: the musl one on Alpine, the glibc one elsewhere",
      details: failures.join("\n"),
    },
  );
}

function describeLibc(calls: Libc["calls"]): Libc {
  const errno = (): number => {
    const location = calls.__errno_location();
    // The pointer is an address in our own memory; the type allows for null and for addresses beyond 2^53.
    return typeof location === "number" ? read.i32(location) : 0;
  };
  const errnoName = (): string => {
    const code = errno();
    // Fetched when it is needed, for it costs time at every start.
    const { constants } = process.getBuiltinModule("node:os");
    return Object.entries(constants.errno).find(([, value]) => value === code)?.[0] ?? `errno ${code}`;
  };
  return { calls, errno, errnoName };
}
