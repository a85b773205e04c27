// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { classifyRefusal, parseRetryAfter } from "./api-failure.ts";
import { canBeName, resourcePath, resources } from "./resources.ts";
import { readTokenClaims } from "./token-claims.ts";
import { classifyRejection } from "./transport-failure.ts";

const recordings = join(import.meta.dir, "..", "testing", "api-server", "fixtures", "recordings");

test.each<[string, object]>([
  ["400-bad-json", { kind: "invalid", fields: [] }],
  ["401-bad-token", { kind: "unauthorized", message: "Unauthorized" }],
  ["403-anonymous", { kind: "forbidden" }],
  ["403-rbac", { kind: "forbidden" }],
  ["404-crd-absent", { kind: "not-found", what: "resource" }],
  ["404-pod", { kind: "not-found", what: "object" }],
  ["409-resource-version", { kind: "conflict" }],
  ["422-invalid-pod", { kind: "invalid", fields: ["metadata.name", "spec.containers"] }],
  ["422-json-patch-test", { kind: "invalid", fields: [] }],
])("the recorded %s is recognised", (file, expected) => {
  const { status, body } = JSON.parse(readFileSync(join(recordings, `${file}.json`), "utf8"));
  const text = typeof body === "string" ? body : JSON.stringify(body);
  expect(classifyRefusal({ status, retryAfter: null, text })).toMatchObject(expected);
});

test("every recorded refusal has a row above", () => {
  const refusals = readdirSync(recordings).filter((file) => /^4(?!10)/.test(file));
  expect(refusals.length).toBe(9);
});

test.each<[number, string, object]>([
  [409, '{"kind":"Status","reason":"AlreadyExists"}', { kind: "already-exists" }],
  [410, '{"kind":"Status","reason":"Expired"}', { kind: "gone" }],
  [404, '{"kind":"Status","reason":"NotFound","details":{}}', { kind: "not-found", what: "resource" }],
  [503, "<html>", { kind: "server", status: 503 }],
  [302, "", { kind: "unexpected", status: 302 }],
  [418, "[]", { kind: "unexpected", status: 418 }],
])("%d %s", (status, text, expected) => {
  expect(classifyRefusal({ status, retryAfter: null, text })).toMatchObject(expected);
});

test.each<[string | null, number | undefined]>([
  [null, undefined],
  ["3", 3_000],
  ["Thu, 01 Jan 1970 00:00:10 GMT", 9_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["soon", undefined],
])("Retry-After %p is %p ms", (value, ms) => {
  expect(parseRetryAfter(value, 1_000)).toBe(ms as number); // undefined is a value here, too.
});

test.each<[string, string, object]>([
  ["TypeError", "ECONNREFUSED", { kind: "unreachable", reason: "refused" }],
  ["TypeError", "ENOTFOUND", { kind: "unreachable", reason: "dns" }],
  ["TypeError", "ECONNRESET", { kind: "unreachable", reason: "reset" }],
  ["TimeoutError", "", { kind: "unreachable", reason: "timeout" }],
  ["AbortError", "", { kind: "aborted" }],
  ["TypeError", "CERT_HAS_EXPIRED", { kind: "tls" }],
  ["TypeError", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", { kind: "tls" }],
  ["TypeError", "ERR_TLS_CERT_ALTNAME_INVALID", { kind: "tls" }],
  ["TypeError", "SOMETHING_NEW", { kind: "unreachable", reason: "other", message: "SOMETHING_NEW" }],
])("a rejection %s %s", (name, code, expected) => {
  expect(classifyRejection(Object.assign(new Error("x"), { name, code }))).toMatchObject(expected);
});

test.each<[string, boolean]>([
  ["br-a", true],
  ["a.b", true],
  ["", false],
  ["..", false],
  ["a/b", false],
  ["A", false],
  ["-a", false],
  ["a".repeat(254), false],
])("can an object be called %p: %p", (name, expected) => {
  expect(canBeName(name)).toBe(expected);
});

test("paths of objects, lists and subresources", () => {
  expect(resourcePath(resources.pods, { namespace: "n", name: "p", subresource: "status" })).toBe(
    "/api/v1/namespaces/n/pods/p/status",
  );
  expect(resourcePath(resources.networks, {})).toBe(
    "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions",
  );
});

test.each<[string, object]>([
  ["opaque", { subject: undefined, expires: undefined }],
  ["a.b.c", { subject: undefined, expires: undefined }],
  [`h.${Buffer.from('{"sub":"s","exp":0}').toString("base64url")}.x`, { subject: "s", expires: new Date(0) }],
  [`h.${Buffer.from('{"exp":1e300}').toString("base64url")}.x`, { subject: undefined, expires: undefined }],
  [`h.${Buffer.from("null").toString("base64url")}.x`, { subject: undefined, expires: undefined }],
])("claims of the token %s", (token, expected) => {
  expect(readTokenClaims(token)).toEqual(expected as never); // Rows leave out nothing.
});
