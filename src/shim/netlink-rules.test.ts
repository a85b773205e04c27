// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { whyNotCarried } from "./netlink-rules.ts";

/**
 * A request of that type and body that is to be acknowledged; `length` is what its header says, by default
 * the truth.
 */
function message(type: number, body: readonly number[], length = 16 + body.length, flags = 5): Uint8Array {
  const bytes = new Uint8Array(16 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  bytes.set(body, 16);
  return bytes;
}

const zeros = (length: number): readonly number[] => Array.from({ length }, () => 0);
const routeTo = (prefixLength: number): readonly number[] => [2, prefixLength, ...zeros(10)];

const rows: readonly (readonly [string, Uint8Array, RegExp | undefined])[] = [
  ["links", message(18, zeros(16)), undefined],
  ["addresses", message(22, zeros(8)), undefined],
  ["routes", message(26, zeros(12)), undefined],
  ["a link deleted", message(17, zeros(16)), undefined],
  ["a link deleted by name", message(17, zeros(24)), /RTM_DELLINK.*more than the index/],
  ["a default route added", message(24, [...routeTo(0), ...zeros(8)]), undefined],
  ["a default route deleted", message(25, routeTo(0)), undefined],
  ["a host route added", message(24, routeTo(32)), /RTM_NEWROUTE.*not a default route/],
  ["a network's route deleted", message(25, routeTo(1)), /RTM_DELROUTE.*not a default route/],
  ["a default route of IPv6", message(24, [10, ...routeTo(0).slice(1)]), undefined],
  ["a multicast route", message(24, [128, ...routeTo(0).slice(1)]), /neither of IPv4 nor/],
  ["a route cut off", message(24, [2, 0]), /cut off/],
  ["a link changed", message(16, zeros(16)), /type is 16, allowed are RTM_GETLINK, /],
  ["links, without an acknowledgement", message(18, zeros(16), 32, 0x301), undefined],
  [
    "links, but no request",
    message(18, zeros(16), 32, 0x300),
    /RTM_GETLINK: it asks the kernel for no answer/,
  ],
  ["a link deleted in silence", message(17, zeros(16), 32, 1), /RTM_DELLINK: it asks .* no answer/],
  ["a default route added in silence", message(24, routeTo(0), 28, 0x401), /RTM_NEWROUTE: .* no answer/],
  ["a default route deleted, but no request", message(25, routeTo(0), 28, 4), /RTM_DELROUTE: .* no answer/],
  ["nothing", new Uint8Array(0), /no whole header/],
  ["15 bytes", new Uint8Array(15), /no whole header/],
  ["a length that is too small", message(18, zeros(16), 16), /not exactly one/],
  ["a length that is too large", message(18, zeros(16), 36), /not exactly one/],
  ["4096 bytes", message(18, zeros(4080)), undefined],
  ["4097 bytes", message(18, zeros(4081)), /4097 bytes, allowed are 4096/],
];

test.each(rows)("%s", (_, bytes, problem) => {
  if (problem === undefined) expect(whyNotCarried(bytes)).toBeUndefined();
  else expect(whyNotCarried(bytes)).toMatch(problem);
});

test("whatever it is, what is carried is one whole message of an allowed type", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.integer({ min: 10, max: 40 }),
      fc.boolean(),
      (bytes, type, isWhole) => {
        const sent = bytes.slice();
        const view = new DataView(sent.buffer);
        if (isWhole && sent.length >= 6) {
          view.setUint32(0, sent.length, true);
          view.setUint16(4, type, true);
        }
        if (isWhole && sent.length >= 8) sent[6] = (sent[6] ?? 0) | 5;
        if (whyNotCarried(sent) !== undefined) return;
        expect(view.getUint32(0, true)).toBe(sent.length);
        const carried = view.getUint16(4, true);
        expect([17, 18, 22, 24, 25, 26]).toContain(carried);
        if (carried === 24 || carried === 25) expect(sent[17]).toBe(0);
      },
    ),
  );
});
