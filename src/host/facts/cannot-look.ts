// SPDX-License-Identifier: Apache-2.0
import { errorName, isAbsence } from "../file-failure.ts";

/** Something could not be looked at; the message is the reason of an unknown fact. */
export class CannotLook extends Error {}

/** What `act` gives; undefined when there is nothing at `path`. Throws a CannotLook for any other failure. */
export function attempt<T>(path: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof CannotLook) throw error;
    if (isAbsence(error)) return undefined;
    const name = errorName(error);
    throw new CannotLook(
      `"${path}" cannot be looked at: ${name === undefined ? String(error) : sayErrno(name)}`,
      {
        cause: error,
      },
    );
  }
}

const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied (EACCES); run as root",
  EPERM: "permission denied (EPERM); run as root",
  ELOOP: "its links go round in circles (ELOOP)",
};

/** The kernel's name of a failure, with its way out. */
export function sayErrno(name: string): string {
  return words[name] ?? name;
}
