// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { readCertificate } from "../../testing/api-server/certificates.ts";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readKubeconfigFact } from "./read-kubeconfig-fact.ts";
import { readTokenClaims } from "./read-token-claims.ts";

const path = "/etc/cni/net.d/multus.d/multus.kubeconfig";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const claims = {
  iss: "https://kubernetes.default.svc",
  sub: "system:serviceaccount:kube-system:multus",
  aud: ["https://kubernetes.default.svc", "k3s"],
  iat: 1_700_000_000,
  exp: 1_700_003_600,
  "kubernetes.io": { namespace: "kube-system", pod: { name: "kube-multus-ds-x", uid: "u" } },
};
const token = `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;

function kubeconfig({ cluster, user }: { readonly cluster: string; readonly user: string }): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: local
  cluster: {${cluster}}
users:
- name: multus
  user: {${user}}
contexts:
- name: multus-context
  context: {cluster: local, user: multus, namespace: kube-system}
current-context: multus-context
`;
}

function factOf(files: Readonly<Record<string, Entry>>) {
  using recorded = machineOf(files);
  return JSON.parse(JSON.stringify(readKubeconfigFact(recorded.machine, path, [])));
}

const ca = `certificate-authority-data: ${base64(readCertificate("ca.crt"))}`;

describe("a kubeconfig", () => {
  test.each([
    {
      name: "of the thin entrypoint",
      files: {
        [path]: {
          content: kubeconfig({
            cluster: `server: "https://[10.43.0.1]:443", ${ca}`,
            user: `token: "${token}"`,
          }),
          mode: 0o600,
        },
      },
      says: {
        kind: "file",
        mode: "0600",
        server: "https://[10.43.0.1]:443",
        namespace: "kube-system",
        insecure: false,
        authority: { from: "inline", certificates: [{ subject: "CN=plures test ca" }] },
        credential: {
          kind: "token",
          token: {
            issuer: claims.iss,
            subject: claims.sub,
            audiences: claims.aud,
            expiresAt: "2023-11-14T23:13:20.000Z",
            boundTo: "pod kube-system/kube-multus-ds-x",
          },
        },
      },
    },
    {
      name: "a copied one of k3s' administrator, files beside",
      files: {
        [path]: kubeconfig({
          cluster: "server: 'https://127.0.0.1:6443', certificate-authority: ca.crt",
          user: "client-certificate: /pki/admin.crt, client-key-data: c2VjcmV0a2V5",
        }),
        "/etc/cni/net.d/multus.d/ca.crt": readCertificate("ca.crt"),
        "/pki/admin.crt": readCertificate("client.crt"),
      },
      says: {
        authority: { from: "file", path: "/etc/cni/net.d/multus.d/ca.crt", certificates: [{}] },
        credential: {
          kind: "certificate",
          path: "/pki/admin.crt",
          certificate: { issuer: "CN=plures test ca" },
        },
      },
    },
    {
      name: "with a token in a file",
      files: {
        [path]: kubeconfig({ cluster: "server: 'https://a'", user: "tokenFile: token" }),
        "/etc/cni/net.d/multus.d/token": `${token}\n`,
      },
      says: {
        authority: { from: "none" },
        credential: { kind: "token-file", token: { subject: claims.sub } },
      },
    },
    {
      name: "whose files are gone",
      files: {
        [path]: kubeconfig({
          cluster: "server: 'https://a', certificate-authority: /pki/none.crt",
          user: "tokenFile: /none/token",
        }),
      },
      says: {
        authority: { problem: 'there is no "/pki/none.crt"' },
        credential: { kind: "token-file", problem: 'there is no "/none/token"' },
      },
    },
    {
      name: "without check of the server, with a password, and one in the address",
      files: {
        [path]: kubeconfig({
          cluster: "server: 'https://bob:hunter2@a:6443', insecure-skip-tls-verify: true",
          user: "username: bob, password: hunter2",
        }),
      },
      says: { insecure: true, server: "https://a:6443", credential: { kind: "password" } },
    },
    { name: "that is not there", files: {}, says: { kind: "absent" } },
    {
      name: "that is a link to nothing",
      files: { [path]: { link: "/none" } },
      says: { kind: "dangling-link" },
    },
    {
      name: "that is no YAML",
      files: { [path]: "users: [{token: hunter2" },
      says: { problem: `"${path}" is no kubeconfig` },
    },
    {
      name: "whose context is not there",
      files: { [path]: "kind: Config\ncurrent-context: x\n" },
      says: { problem: expect.stringContaining("current-context") },
    },
  ])("$name", ({ files, says }) => {
    const fact = factOf(files);
    expect(fact).toMatchObject(says);
    const told = JSON.stringify(fact);
    for (const secret of [token, "c2lnbmF0dXJl", "hunter2", "c2VjcmV0a2V5", "BEGIN"]) {
      expect(told).not.toContain(secret);
    }
  });
});

test.each([
  { name: "an opaque token", text: "K10abcdef::server:0123", problem: "no JWT" },
  { name: "claims that are no JSON", text: "a.b.c", problem: "cannot be read" },
])("$name tells nothing of itself", ({ text, problem }) => {
  const told = readTokenClaims(text);
  expect(told.problem).toContain(problem);
  expect(JSON.stringify(told)).not.toContain(text);
});

test("a token that never expires says so by having no expiry", () => {
  const { exp: _, ...others } = claims;
  expect(readTokenClaims(`x.${part(others)}.y`)).toMatchObject({ expiresAt: undefined, subject: claims.sub });
});
