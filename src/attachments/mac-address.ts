// SPDX-License-Identifier: Apache-2.0

/**
 * Reads a hardware address as Go's `net.ParseMAC` does (`aa:bb:...`, `aa-bb-...`, `aabb.ccdd...`) and gives
 * it with colons in lower case; undefined when it is none, or does not have one of the given numbers of
 * bytes.
 */
export function parseMac(text: string, byteCounts: readonly number[] = [6, 20]): string | undefined {
  const isMac =
    /^[\da-f]{2}(?::[\da-f]{2})+$/i.test(text) ||
    /^[\da-f]{2}(?:-[\da-f]{2})+$/i.test(text) ||
    /^[\da-f]{4}(?:\.[\da-f]{4})+$/i.test(text);
  const bytes = text.toLowerCase().replaceAll(/[:.-]/g, "").match(/../g) ?? [];
  return isMac && byteCounts.includes(bytes.length) ? bytes.join(":") : undefined;
}
