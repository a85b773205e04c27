// SPDX-License-Identifier: Apache-2.0

/** What a label says once it has had its share of values. */
export const otherLabel = "other";

/**
 * Keeps the values of a label few: the first `atMost` different ones pass, later ones become "other". Names
 * of networks come from whoever may create NetworkAttachmentDefinitions, and each value costs memory for
 * good.
 */
export function createBoundedLabel(atMost: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= atMost) return otherLabel;
    known.add(value);
    return value;
  };
}
