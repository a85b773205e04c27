// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { hideSecretArguments, hideSecrets } from "./hide-secrets.ts";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";

test.each<[string, string, string]>([
  ["a password", '{"etcd_password": "hunter2", "type": "x"}', '{"etcd_password": "(hidden)", "type": "x"}'],
  ["any case", '{"PASSWORD":"hunter2"}', '{"PASSWORD":"(hidden)"}'],
  ["JSON that is broken behind it", '{"token": "hunter2", ', '{"token": "(hidden)", '],
  ["JSON that is cut off within it", '{"token": "hunter', '{"token": "(hidden)'],
  ["JSON inside a JSON text", '"{\\"password\\": \\"hunter2\\"}"', '"{\\"password\\": \\"(hidden)\\"}"'],
  ["a quote inside the value", '{"secret":"hun\\"ter2"}', '{"secret":"(hidden)"}'],
  ["a token in a sentence", `refused: Bearer ${jwt} at the server`, "refused: Bearer (hidden) at the server"],
  [
    "a key",
    '{"k8s_client_key": "x", "client-key-data": "x"}',
    '{"k8s_client_key": "(hidden)", "client-key-data": "(hidden)"}',
  ],
  [
    "the password of a proxy",
    "http://me:hunter2@proxy.example:3128",
    "http://me:(hidden)@proxy.example:3128",
  ],
  ["a JWT by itself", `got ${jwt}.`, "got (hidden)."],
])("%s", (_, text, expected) => {
  expect(hideSecrets(text)).toBe(expected);
});

test.each([
  '{"type": "macvlan", "master": "eth0"}',
  '{"kubeconfig": "/etc/cni/net.d/multus.d/multus.kubeconfig"}',
  '{"tokenFile": "/var/run/token"}',
  '{"etcd_key_file": "/etc/etcd.key", "keyring": "public"}',
  "https://[fd00::1]:6443/api?at=a@b",
  "http://proxy.example:3128/x:y@z",
  "pods is forbidden: the bearer of bad news",
])("%s stays as it is", (text) => {
  expect(hideSecrets(text)).toBe(text);
});

test("whatever the secret is, it is gone and the JSON around it stays", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer(), (secret, number) => {
      const hidden = hideSecrets(JSON.stringify({ before: number, password: secret, after: [number] }));
      expect(JSON.parse(hidden)).toEqual({ before: number, password: "(hidden)", after: [number] });
    }),
  );
});

test.each<[readonly string[], readonly string[]]>([
  [
    ["server", "--token", "K10abc"],
    ["server", "--token", "(hidden)"],
  ],
  [
    ["--agent-token=K10abc", "--data-dir=/data"],
    ["--agent-token=(hidden)", "--data-dir=/data"],
  ],
  [
    ["--datastore-endpoint", "mysql://u:p@tcp(h)/db"],
    ["--datastore-endpoint", "(hidden)"],
  ],
  [
    ["--token-file", "/etc/token"],
    ["--token-file", "/etc/token"],
  ],
  [
    ["--token", "--disable=traefik"],
    ["--token", "--disable=traefik"],
  ],
])("%j", (words, expected) => {
  expect(hideSecretArguments(words)).toEqual(expected);
});
