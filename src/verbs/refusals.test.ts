// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { saysThat } from "./refusals.ts";

const rows: [words: string, says: readonly string[]][] = [
  ["Link not found", ["namespaceGone"]],
  ['failed to open netns "/run/netns/x": no such file or directory', ["namespaceGone"]],
  ["invalid range set 0: Network has host bits set", ["neverValid"]],
  [
    "error dialing DHCP daemon: dial unix /run/cni/dhcp.sock: connect: no such file or directory",
    ["later", "nobodyThere", "namespaceGone"],
  ],
  ["error dialing DHCP daemon: dial unix /run/cni/dhcp.sock: i/o timeout", ["later"]],
  ["Post https://10.43.0.1/apis: context deadline exceeded", ["later"]],
  ["master must be specified", []],
];

for (const [words, says] of rows) {
  test(`what a refusal says: ${words}`, () => {
    const all = ["later", "nobodyThere", "neverValid", "namespaceGone"] as const;
    expect(all.filter((meaning) => saysThat(words, meaning))).toEqual([...says] as (typeof all)[number][]);
  });
}

test("what a refusal says: nothing, where the plugin said nothing", () => {
  expect(saysThat(undefined, "later")).toBeFalse();
});
