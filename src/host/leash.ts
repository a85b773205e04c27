// SPDX-License-Identifier: Apache-2.0
import { type Libc, openLibc } from "./libc.ts";

// Values of Linux, the same on x86-64 and arm64 (asm-generic/fcntl.h).
const closeOnExec = 0o2000000;
const asynchronous = 0o20000;
const setStatusFlags = 4;
const setOwner = 8;
const setSignal = 10;
const sigkill = 9;

/** What makes a process group die when we do, however we die. */
export interface Leash {
  /** Must become descriptor 3 of the child. */
  readonly descriptor: number;
  /** Ties the group to us; call it right after the spawn. */
  tie(processGroup: number): void;
  /** Lets the group go: what the plugin left running on purpose may live on. */
  release(): void;
}

/**
 * Makes a leash; undefined when this host's C library cannot be called, `debug` is told why.
 *
 * A SIGKILL gives us no chance to end our children, and `PR_SET_PDEATHSIG` would have to be called inside the
 * child before its exec. So the kernel does it: a pipe whose reading end asks for a signal when something
 * happens to it (O_ASYNC), with SIGKILL as the signal and the child's group as who gets it. All that ever
 * happens is that the writing end, which only we hold, is closed by our death.
 */
export function createLeash(debug: (reason: string) => void): Leash | undefined {
  try {
    const libc = openLibc();
    const ends = new Int32Array(2);
    if (libc.calls.pipe2(ends, closeOnExec) === -1) throw new Error(`pipe2: ${libc.errnoName()}`);
    const [reader = -1, writer = -1] = ends;
    return leashOver({ libc, reader, writer, debug });
  } catch (error) {
    debug(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function leashOver(pipe: {
  readonly libc: Libc;
  readonly reader: number;
  readonly writer: number;
  readonly debug: (reason: string) => void;
}): Leash {
  const { calls, errnoName } = pipe.libc;
  const control = (command: number, value: number): boolean => {
    const done = calls.fcntl(pipe.reader, command, value) !== -1;
    if (!done) pipe.debug(`fcntl ${command}: ${errnoName()}`);
    return done;
  };
  return {
    descriptor: pipe.reader,
    tie: (processGroup) => {
      // The last step arms it: half a leash must not fire at the wrong group.
      control(setSignal, sigkill) &&
        control(setOwner, -processGroup) &&
        control(setStatusFlags, asynchronous);
    },
    release: () => {
      // Disarmed first, because closing the writing end is what fires it. We kept the reading end for this.
      control(setStatusFlags, 0);
      calls.close(pipe.reader);
      calls.close(pipe.writer);
    },
  };
}
