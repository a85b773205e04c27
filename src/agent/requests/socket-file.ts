// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { fileFailure } from "../../host/file-failure.ts";
import { openLibc } from "../../host/libc.ts";
import { socketPathIn } from "../../protocol/index.ts";

/** The socket of an agent under its well-known name, for as long as no other agent takes the name over. */
export interface SocketFile {
  /** Whose socket has the name now. */
  owner(): "us" | "another" | "nobody";
  /** Takes the name away, unless it is another's. */
  remove(): void;
}

const passingName = /^\.[0-9a-f]{8}$/;
const lockForOne = 2;

/**
 * Has `listen` make a socket under a passing name in the folder `dir` (made if need be, mode 0700), and gives
 * it (mode 0600) the well-known name: whoever had that loses it, and nobody finds the name missing meanwhile.
 * Throws a CniError (code 5) for what the file system refuses, and for a folder that is not its alone.
 */
export function publishSocket(dir: string, listen: (path: string) => void): SocketFile {
  try {
    return publish(dir, listen);
  } catch (error) {
    throw error instanceof CniError
      ? error
      : fileFailure("making the agent's socket", socketPathIn(dir), error);
  }
}

function publish(dir: string, listen: (path: string) => void): SocketFile {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // It may have been there, as the kubelet makes what is to be mounted: with everybody's mode.
  if ((statSync(dir).mode & 0o7777) !== 0o700) closeToOthers(dir);
  return locked(dir, () => {
    removePassing(dir);
    const passing = `${dir}/.${crypto.randomUUID().slice(0, 8)}`;
    listen(passing);
    chmodSync(passing, 0o600);
    const { dev, ino } = lstatSync(passing);
    renameSync(passing, socketPathIn(dir));
    const owner = (): ReturnType<SocketFile["owner"]> => {
      const now = lstatSync(socketPathIn(dir), { throwIfNoEntry: false });
      if (now === undefined) return "nobody";
      return now.ino === ino && now.dev === dev ? "us" : "another";
    };
    const remove = (): void => {
      if (owner() === "us") unlinkSync(socketPathIn(dir));
    };
    return {
      owner,
      remove: () => (statSync(dir, { throwIfNoEntry: false }) ? locked(dir, remove) : undefined),
    };
  });
}

/** The names of an agent's own files there, those of its local socket too. */
const ownName = /^(?:multus\.sock|admin\.sock.*|\.[0-9a-f]{8})$/;

/** A folder that holds what belongs to others, such as /run itself, would be closed to them. */
function closeToOthers(dir: string): void {
  const foreign = readdirSync(dir).find((name) => !ownName.test(name));
  if (foreign !== undefined) {
    throw new CniError(
      cniErrorCodes.ioFailure,
      `making the agent's socket: the folder "${dir}" is open to others and holds "${foreign}"`,
      { hint: "name a folder for the agent alone with socketDir, such as /run/multus; it is made" },
    );
  }
  chmodSync(dir, 0o700);
}

/** Between looking at the name and changing it no other agent may change it. */
function locked<T>(dir: string, act: () => T): T {
  const descriptor = openSync(dir, "r");
  try {
    openLibc().calls.flock(descriptor, lockForOne);
    return act();
  } finally {
    closeSync(descriptor);
  }
}

/** What an agent left that died in between; under the lock nobody else is there. */
function removePassing(dir: string): void {
  for (const name of readdirSync(dir)) if (passingName.test(name)) unlinkSync(`${dir}/${name}`);
}
