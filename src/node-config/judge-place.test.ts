// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { flannelText } from "./builders.ts";
import { judgeOtherName, judgePlace, type PlaceVerdict } from "./judge-place.ts";
import type { RenderedConfig } from "./render-multus-config.ts";

const list = (text: string): RenderedConfig => ({ fileName: "00-multus.conflist", text });
const single = (text: string): RenderedConfig => ({ fileName: "00-multus.conf", text });
const isOurs = (text: string): boolean => text.startsWith("ours");

const places: readonly {
  readonly what: string;
  readonly found: string | undefined;
  readonly written?: RenderedConfig;
  readonly is: PlaceVerdict;
}[] = [
  { what: "right, first look", found: "ours 2", is: "keep" },
  { what: "right", found: "ours 2", written: list("ours 2"), is: "keep" },
  { what: "nothing there yet", found: undefined, is: "write" },
  { what: "one of an earlier run", found: "ours 1", is: "write" },
  { what: "the primary changed", found: "ours 1", written: list("ours 1"), is: "write" },
  {
    what: "the primary changed, and with it the name",
    found: undefined,
    written: single("ours 1"),
    is: "write",
  },
  { what: "somebody else's, first look", found: "theirs", is: "take-over" },
  { what: "somebody else's at the other name", found: "theirs", written: single("ours 1"), is: "take-over" },
  { what: "removed", found: undefined, written: list("ours 2"), is: "put-back" },
  { what: "edited", found: "theirs", written: list("ours 2"), is: "put-back" },
  { what: "emptied", found: "", written: list("ours 2"), is: "put-back" },
  { what: "an old one brought back", found: "ours 1", written: list("ours 2"), is: "put-back" },
  { what: "removed while the primary changed", found: undefined, written: list("ours 1"), is: "put-back" },
];

test.each(places)("the place: $what", ({ found, written, is }) => {
  expect(judgePlace({ found, wanted: list("ours 2"), written, isOurs })).toBe(is);
});

const others = [
  { what: "ours", text: "ours 1", is: "remove" },
  { what: "an empty one", text: " \n", is: "remove" },
  { what: "one of Multus", text: '{"type":"multus-shim"}', is: "copy-and-remove" },
  { what: "somebody else's", text: flannelText, is: "leave" },
  { what: "one that nobody can read", text: "{", is: "leave" },
] as const;

test.each(others)("the other name: $what", ({ text, is }) => {
  expect(judgeOtherName(text, isOurs)).toBe(is);
});
