// SPDX-License-Identifier: Apache-2.0

export type IpFamily = 4 | 6;

const octet = /^(0|[1-9]\d{0,2})$/;
const hextet = /^[0-9a-fA-F]{1,4}$/;

/** The family of an IP address as Go reads it (no leading zeros, no zone), undefined when `text` is none. */
export function familyOfIp(text: string): IpFamily | undefined {
  if (isIpv4(text)) return 4;
  return isIpv6(text) ? 6 : undefined;
}

/** The family of `address/length`, undefined when `text` is not that. */
export function familyOfCidr(text: string): IpFamily | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const family = familyOfIp(address);
  if (family === undefined || rest.length > 0 || !octet.test(length)) return undefined;
  return Number(length) <= (family === 4 ? 32 : 128) ? family : undefined;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => octet.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const endsInIpv4 = isIpv4(last) && text.endsWith(last);
  const hextets = endsInIpv4 ? groups.slice(0, -1) : groups;
  const length = hextets.length + (endsInIpv4 ? 2 : 0);
  return hextets.every((group) => hextet.test(group)) && (halves.length === 2 ? length <= 7 : length === 8);
}
