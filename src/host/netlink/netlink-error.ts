// SPDX-License-Identifier: Apache-2.0
import { constants } from "node:os";

const meanings: Readonly<Record<string, string>> = {
  EACCES: "not allowed",
  EADDRNOTAVAIL: "no such address here",
  EBADMSG: "the answer was cut off",
  EBUSY: "in use",
  EEXIST: "there is one already",
  EINVAL: "the kernel does not take these values",
  ENETDOWN: "the interface is down",
  ENETUNREACH: "the gateway is in no network of this interface",
  EHOSTUNREACH: "the gateway is in no network of this interface",
  ENODEV: "no such interface",
  EOPNOTSUPP: "this kernel cannot do it",
  EPERM: "not allowed",
  ESRCH: "no such route",
  ETIMEDOUT: "the kernel did not answer",
};

/** What the kernel said to a request, as an error number's name (`EEXIST`) and its meaning in words. */
export class NetlinkError extends Error {
  override readonly name = "NetlinkError";
  /** `EEXIST`, `ENETUNREACH`, ...; `ETIMEDOUT` when no answer came. */
  readonly code: string;
  /** The code with its meaning, without what was being done. */
  readonly reason: string;

  constructor(doing: string, code: string) {
    const reason = code in meanings ? `${code} (${meanings[code]})` : code;
    super(`${doing}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

/** The name of an error number, such as `EEXIST`. */
export function errorName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}
