// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readCertificate } from "../testing/api-server/index.ts";
import { startTokenServer, type TokenServer } from "../testing/api-server/token-server.ts";
import { createRequester, type Requester } from "./request.ts";
import { requestToken, type TokenWish } from "./token-request.ts";

const wish: TokenWish = {
  serviceAccount: { namespace: "kube-system", name: "multus" },
  boundPod: { name: "kube-multus-ds-x", uid: "uid-1" },
  expirationSeconds: 3600,
};

let server: TokenServer;
let requester: Requester;
beforeEach(async () => {
  server = await startTokenServer({
    namespace: "kube-system",
    serviceAccounts: ["multus", "default"],
    pods: [{ name: "kube-multus-ds-x", uid: "uid-1", serviceAccount: "multus" }],
    token: "own-token",
  });
  requester = connect("own-token");
});
afterEach(async () => {
  requester.close();
  await server.stop();
});

function connect(token: string): Requester {
  return createRequester({
    loadAccess: async () => ({
      source: "the test",
      server: server.url,
      ca: { text: readCertificate("ca.crt"), source: "ca.crt" },
      serverName: undefined,
      skipTlsVerify: false,
      proxyUrl: undefined,
      certificate: undefined,
      credential: {
        authorization: `Bearer ${token}`,
        source: "the test's token",
        subject: "system:serviceaccount:kube-system:multus",
        expires: undefined,
        freshUntil: undefined,
      },
    }),
    deadline: () => 2_000,
    signal: new AbortController().signal,
  });
}

test("a token is bound to exactly this pod", async () => {
  const answer = await requestToken(requester, wish);
  if (answer.kind !== "granted") throw answer.error;
  expect(answer.token).toBe(server.given[0] ?? "");
  expect(Math.abs(answer.expires.getTime() - Date.now() - 3_600_000)).toBeLessThan(10_000);
  expect(server.asked).toEqual([
    {
      expirationSeconds: 3600,
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "kube-multus-ds-x", uid: "uid-1" },
    },
  ]);
});

test("audiences are passed on", async () => {
  await requestToken(requester, { ...wish, audiences: ["https://a"] });
  expect(server.asked[0]).toMatchObject({ audiences: ["https://a"] });
});

const refused: readonly (readonly [string, Partial<TokenWish>, RegExp])[] = [
  [
    "no account",
    { serviceAccount: { namespace: "kube-system", name: "absent" } },
    /serviceaccount kube-system\/absent: it, or its pod kube-system\/kube-multus-ds-x, does not exist/,
  ],
  ["no pod", { boundPod: { name: "gone", uid: "u" } }, /it, or its pod kube-system\/gone, does not exist/],
  ["another pod", { boundPod: { name: "kube-multus-ds-x", uid: "uid-0" } }, /has another UID than uid-0/],
  ["too short", { expirationSeconds: 60 }, /invalid \(spec.expirationSeconds\)/],
  [
    "another account",
    { serviceAccount: { namespace: "kube-system", name: "default" } },
    /for the pod kube-system\/kube-multus-ds-x: the API server finds the request invalid/,
  ],
  [
    "a name that climbs",
    { serviceAccount: { namespace: "..", name: "multus" } },
    /no ServiceAccount can be named "..\/multus"/,
  ],
];

test.each(refused)("a refusal is explained: %s", async (_, changes, message) => {
  const answer = await requestToken(requester, { ...wish, ...changes });
  if (answer.kind !== "refused") throw new Error("expected a refusal");
  expect(answer.error.message).toMatch(message);
  expect(answer.error.code).toBe(11);
  expect(answer.error.hint).toBeDefined();
});

test("a missing right names the rule", async () => {
  const body = { kind: "Status", reason: "Forbidden", code: 403, message: "forbidden" };
  server.now.fault = () => ({ code: 403, body });
  const answer = await requestToken(requester, wish);
  if (answer.kind !== "refused") throw new Error("expected a refusal");
  expect(answer.error.message).toContain("RBAC denies it to system:serviceaccount:kube-system:multus");
  expect(answer.error.hint).toContain("may create serviceaccounts/token");
});

test("a token that is not accepted is not shown", async () => {
  const other = connect("wrong-secret");
  const answer = await requestToken(other, wish);
  other.close();
  if (answer.kind !== "refused") throw new Error("expected a refusal");
  expect(answer.error.message).toContain("does not accept the test's token");
  expect(Bun.inspect(answer.error)).not.toContain("wrong-secret");
});

test("an answer without token or time is none, and none of it is shown", async () => {
  for (const status of [
    {},
    { token: "t0ken-secret" },
    { token: "t0ken secret", expirationTimestamp: "2030-01-01T00:00:00Z" },
  ]) {
    server.now.fault = () => ({ code: 201, body: { kind: "TokenRequest", status } });
    const answer = await requestToken(requester, wish);
    if (answer.kind !== "refused") throw new Error("expected a refusal");
    expect(Bun.inspect(answer.error)).not.toContain("t0ken");
  }
});
