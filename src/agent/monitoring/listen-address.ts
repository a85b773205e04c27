// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";

/** Where to listen. */
export interface ListenAddress {
  /** A name or an address, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/**
 * Reads `address:port`, an IPv6 address in brackets. Throws a CniError (code 7) that names `source`, the key
 * or the option that says it.
 */
export function parseListenAddress(text: string, source: string): ListenAddress {
  const [, inBrackets, plain, digits = ""] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const hostname = inBrackets ?? plain;
  const port = Number(digits);
  if (hostname !== undefined && port <= 65535) return { hostname, port };
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `${source} is ${JSON.stringify(text)}, allowed is ADDRESS:PORT`,
    { hint: "write 127.0.0.1:9471, or [::1]:9471 for IPv6" },
  );
}
