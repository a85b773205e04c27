// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { countRequests } from "./api-server.ts";

test("requests are counted by what they do", () => {
  const patch = { action: { verb: "patch", resource: "pods/status" } };
  const list = { action: { verb: "list", resource: "pods" } };
  expect(countRequests([patch, list, {}, patch])).toEqual({
    "patch pods/status": 2,
    "list pods": 1,
    others: 1,
  });
});
