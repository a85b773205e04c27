// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { sortsBefore } from "./own-files.ts";

test("names are sorted as Go sorts them: by the bytes of UTF-8", () => {
  const name = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(sortsBefore(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0);
    }),
    { numRuns: 300 },
  );
});
