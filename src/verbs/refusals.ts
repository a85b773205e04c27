// SPDX-License-Identifier: Apache-2.0

/** What the words of a plugin that refused tell about what it may have made. */
const meanings = {
  /** It says something of this moment and not of the configuration: what was made before it may be there. */
  later:
    /time(?:d )?-?out|deadline|try again|connection|connect:|dial|unavailable|\bEOF\b|cancell?ed|killed/i,
  /** Nobody was there to be asked, as the DHCP daemon that does not run: nobody gave an address. */
  nobodyThere: /dial unix \S+: connect: (?:no such file or directory|connection refused)/,
  /** What host-local (plugins 1.x) says of ranges that it can never give an address from. */
  neverValid: /invalid range set|no IP ranges specified|invalid CIDR|range set \d+ overlaps/i,
  /**
   * What plugins say when the pod's namespace is not there any more: containerd takes the same words for
   * success then.
   */
  namespaceGone: /not found|no such file or directory|unknown FS magic/i,
} as const;

/** Whether a plugin's words have the meaning; words that are not known have none. */
export function saysThat(reason: string | undefined, meaning: keyof typeof meanings): boolean {
  return reason !== undefined && meanings[meaning].test(reason);
}
