// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { failureLine } from "./failure-line.ts";

const rows: { name: string; message: string; hint?: string; subject?: string; line: string }[] = [
  { name: "a sentence alone", message: "read it: gone", line: "read it: gone" },
  { name: "with its pod", message: "read it: gone", subject: "pod a/b", line: "pod a/b: read it: gone" },
  { name: "with the way out", message: "gone", hint: "put it back", line: "gone; put it back" },
  { name: "lines become one", message: "one\n\ttwo", line: "one two" },
  {
    name: "a long cause keeps the way out",
    message: "x".repeat(400),
    hint: "turn it off",
    line: `${"x".repeat(186)}…; turn it off`,
  },
  {
    name: "a long way out keeps half",
    message: "y".repeat(99),
    hint: "z".repeat(400),
    line: `${"y".repeat(99)}; ${"z".repeat(98)}…`,
  },
];

for (const { name, message, hint, subject, line } of rows) {
  test(`failure line: ${name}`, () => {
    expect(failureLine(new CniError(7, message, { hint }), subject).message).toBe(line);
  });
}

test("failure line: always one line of at most 200 characters, and nothing is lost from the details", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.option(fc.string()), (message, hint, subject) => {
      const error = failureLine(new CniError(7, message, { hint }), subject ?? undefined);
      expect(error.message.length).toBeLessThanOrEqual(200);
      expect(error.message).not.toInclude("\n");
      const told = `${error.message} ${error.details ?? ""}`;
      expect(told).toInclude(message.replace(/\s+/g, " ").trim());
    }),
  );
});
