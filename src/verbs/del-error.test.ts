// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { asDelError } from "./del-error.ts";

test("the error of a DEL keeps its code and never has the words that containerd takes for success", () => {
  const piece = fc.constantFrom(
    "not found",
    "Link Not Found",
    "no such file or directory",
    " ",
    "x",
    "not ",
    "found",
  );
  const text = fc.array(piece).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, (message, more) => {
      const error = asDelError(new CniError(5, message, { hint: more, details: more }));
      const told = `${error.message} ${error.hint} ${error.details}`.toLowerCase();
      expect(error.code).toBe(5);
      expect(told).not.toContain("not found");
      expect(told).not.toContain("no such file or directory");
    }),
  );
});

test("what else it says stays", () => {
  expect(asDelError(new CniError(999, "plugin macvlan: Link not found")).message).toBe(
    "plugin macvlan: Link not to be found",
  );
});
