// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { certificatePath, readCertificate } from "../testing/api-server/index.ts";
import { cniRejectionOf } from "../testing/cni-error-of.ts";
import { loadAccess } from "./load-access.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-kubeconfig-"));
  await writeFile(join(folder, "token"), "from-file\n");
  await writeFile(join(folder, "empty"), "");
  await writeFile(join(folder, "ca.crt"), readCertificate("ca.crt"));
  await mkdir(join(folder, "folder"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string) {
  const path = join(folder, "config");
  await writeFile(path, text);
  return loadAccess({ kubeconfig: path, env: { PATH: process.env.PATH }, timeoutMs: 2_000 });
}

interface Parts {
  readonly cluster?: string;
  readonly user?: string;
  readonly current?: string;
}

const kubeconfig = ({
  cluster = "server: https://10.0.0.1:6443",
  user = "token: abc",
  current = "ctx",
}: Parts) => `apiVersion: v1
kind: Config
clusters:
- name: local
  cluster: {${cluster}}
users:
- name: multus
  user: {${user}}
contexts:
- name: ctx
  context: {cluster: local, user: multus}
current-context: ${current}
`;

const ca64 = Buffer.from(readCertificate("ca.crt")).toString("base64");
const yes = "insecure-skip-tls-verify: true";

test.each<[string, Parts, object]>([
  ["a token", {}, { server: "https://10.0.0.1:6443", credential: { authorization: "Bearer abc" } }],
  [
    "a token file beside the kubeconfig",
    { user: "tokenFile: token" },
    { credential: { authorization: "Bearer from-file" } },
  ],
  [
    "a token file before a token",
    { user: "tokenFile: token, token: b" },
    { credential: { authorization: "Bearer from-file" } },
  ],
  [
    "name and password",
    { user: "username: u, password: p" },
    { credential: { authorization: "Basic dTpw" } },
  ],
  ["nothing", { user: "" }, { credential: { authorization: undefined } }],
  [
    "a CA file beside the kubeconfig",
    { cluster: "server: https://h, certificate-authority: ca.crt" },
    { ca: { text: readCertificate("ca.crt") } },
  ],
  [
    "CA data",
    { cluster: `server: https://h, certificate-authority-data: ${ca64}` },
    { ca: { text: readCertificate("ca.crt") } },
  ],
  ["tls-server-name", { cluster: "server: https://h, tls-server-name: n" }, { serverName: "n" }],
  ["no verification", { cluster: `server: https://h, ${yes}` }, { skipTlsVerify: true }],
  ["a proxy", { cluster: "server: https://h, proxy-url: http://p:3128" }, { proxyUrl: "http://p:3128" }],
  ["an IPv6 address", { cluster: "server: 'https://[fd00::1]:6443'" }, { server: "https://[fd00::1]:6443" }],
  [
    "a path, as behind Rancher",
    { cluster: "server: https://h/k8s/clusters/c-1/" },
    { server: "https://h/k8s/clusters/c-1" },
  ],
  ["no scheme, with TLS", { cluster: `server: 'h:6443', ${yes}` }, { server: "https://h:6443" }],
  ["no scheme, without TLS", { cluster: "server: 'h:8080'" }, { server: "http://h:8080" }],
  [
    "a client certificate",
    {
      user: `client-certificate: ${certificatePath("client.crt")}, client-key: ${certificatePath("client.key")}`,
    },
    {
      certificate: { key: { text: readCertificate("client.key") } },
      credential: { authorization: undefined },
    },
  ],
])("a kubeconfig with %s is understood", async (_, parts, expected) => {
  expect(await load(kubeconfig(parts))).toMatchObject(expected);
});

test("a JSON kubeconfig is understood", async () => {
  const text = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://h" } }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  expect(await load(text)).toMatchObject({ server: "https://h", credential: { authorization: "Bearer t" } });
});

test.each<[string, Parts, RegExp, RegExp]>([
  ["another current-context", { current: "other" }, /contexts has no entry "other"/, /ctx/],
  ["no current-context", { current: '""' }, /has no current-context/, /add/],
  ["no server", { cluster: "" }, /line 5: cluster "local" has no server/, /add server/],
  ["bare IPv6", { cluster: "server: 'https://1234::1:443'" }, /line 5: .*is no URL/, /brackets/],
  [
    "a bracketed host name",
    { cluster: "server: 'https://[api-int.host]:6443'" },
    /is no URL/,
    /without brackets/,
  ],
  [
    "a number for a token",
    { user: "token: 12345" },
    /line 8: user "multus": token must be text, it is a number/,
    /quotes/,
  ],
  ["a list for a server", { cluster: "server: [a]" }, /server must be text, it is a list/, /quotes/],
  [
    "text for a flag",
    { cluster: 'server: https://h, insecure-skip-tls-verify: "yes"' },
    /must be true or false/,
    /true/,
  ],
  [
    "CA data that is no PEM",
    { cluster: "server: https://h, certificate-authority-data: aGVsbG8=" },
    /not the base64 of a PEM/,
    /base64/,
  ],
  [
    "a missing CA file",
    { cluster: "server: https://h, certificate-authority: nosuch" },
    /certificate-authority ".*\/nosuch": no such file/,
    /./,
  ],
  [
    "a CA path of a pod",
    { cluster: "server: https://h, certificate-authority: /host/etc/ca.crt" },
    /no such file/,
    /inside a pod.*"\/etc\/ca.crt"/,
  ],
  ["a missing token file", { user: "tokenFile: nosuch" }, /tokenFile ".*\/nosuch": no such file/, /./],
  ["a token of two lines", { user: 'token: "a\\nb"' }, /no token has/, /one line/],
  ["an empty token file", { user: "tokenFile: empty" }, /it is empty/, /./],
  ["a folder as token file", { user: "tokenFile: folder" }, /it is a folder/, /./],
  [
    "a key without certificate",
    { user: "client-key: k" },
    /has a client-key but no client-certificate/,
    /add/,
  ],
  ["a SOCKS proxy", { cluster: "server: https://h, proxy-url: socks5://p" }, /proxy-url is no http/, /SOCKS/],
  [
    "an old exec version",
    { user: "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}" },
    /v1alpha1" is not supported/,
    /v1beta1/,
  ],
  [
    "an exec without command",
    { user: "exec: {apiVersion: client.authentication.k8s.io/v1}" },
    /has no command/,
    /add/,
  ],
  [
    "an exec that wants a terminal",
    { user: "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}" },
    /needs a terminal/,
    /Never/,
  ],
])("a kubeconfig with %s is refused with the way out", async (_, parts, message, hint) => {
  const error = await cniRejectionOf(load(kubeconfig(parts)));
  expect(error.message).toMatch(message);
  expect(error.hint ?? "").toMatch(hint);
  expect(error.code).toBe(11);
});

test.each<[string, string, RegExp]>([
  ["empty", "", /it is empty/],
  ["blank", "  \n\n", /it is empty/],
  ["no YAML", "clusters:\n- name: [a\nusers: b", /it is not valid YAML, line \d/],
  ["text", "hello", /it is no mapping/],
  ["a list", "- a", /it is no mapping/],
  ["an empty mapping", "{}", /has no current-context/],
])("a kubeconfig that is %s is refused", async (_, text, message) => {
  const error = await cniRejectionOf(load(text));
  expect(error.message).toMatch(message);
  expect(error.message).toContain(join(folder, "config"));
});

test.each<[string, () => string, RegExp, RegExp]>([
  [
    "missing",
    () => join(folder, "nosuch"),
    /nosuch": no such file/,
    /key kubeconfig of the CNI configuration/,
  ],
  [
    "a path of a pod",
    () => "/host/etc/cni/net.d/multus.kubeconfig",
    /no such file/,
    /"\/etc\/cni\/net.d\/multus.kubeconfig"/,
  ],
  ["a folder", () => join(folder, "folder"), /it is a folder/, /name the file/],
])("a kubeconfig path that is %s is refused", async (_, path, message, hint) => {
  const error = await cniRejectionOf(loadAccess({ kubeconfig: path(), env: {}, timeoutMs: 100 }));
  expect(error.message).toMatch(message);
  expect(error.hint ?? "").toMatch(hint);
});

test("a kubeconfig that this user may not read is refused with its mode and owner", async () => {
  const path = join(folder, "secret");
  await writeFile(path, kubeconfig({}), { mode: 0o600 });
  await chmod(folder, 0o755);
  const read = `import { loadAccess } from ${JSON.stringify(join(import.meta.dir, "load-access.ts"))};
    if (process.getuid() === 0) process.setuid(65534);
    else await Bun.$\`chmod 000 ${path}\`;
    await loadAccess({ kubeconfig: ${JSON.stringify(path)}, env: {}, timeoutMs: 100 }).catch((e) => console.log(e.message));`;
  const child = Bun.spawn([process.execPath, "-e", read], { stdout: "pipe", stderr: "inherit" });
  expect(await child.stdout.text()).toMatch(/permission denied \(mode 0[06]00, owner \d+\)/);
});

describe("secrets", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/);
  /** Ways to put a token into a kubeconfig that is wrong somewhere. */
  const broken: readonly ((token: string) => string)[] = [
    (token) => `users:\n- name: u\n  user: {token: ${token}\n`,
    (token) => `users:\n- name: u\n  user:\n   token: "${token}\n  other: [x\n`,
    (token) => `token: *${token}\n`,
    (token) => kubeconfig({ user: `token: [${token}]` }),
    (token) => kubeconfig({ user: `password: ${token}, username: {}` }),
    (token) => kubeconfig({ user: `token: ${token}, client-key-data: ${token}` }),
    (token) => kubeconfig({ user: `token: ${token}`, cluster: "" }),
    (token) => kubeconfig({ user: `client-key-data: "${token}"` }),
    (token) => kubeconfig({ cluster: `server: https://h, proxy-url: "socks5://u:${token}@p"` }),
    (token) =>
      kubeconfig({
        user: `exec: {apiVersion: client.authentication.k8s.io/v1, command: false, env: [{name: T, value: "${token}"}]}`,
      }),
    (token) =>
      kubeconfig({
        user: `exec: {apiVersion: client.authentication.k8s.io/v1, command: echo, args: ["${token}"]}`,
      }),
    (token) => token,
    (token) => kubeconfig({ user: `token: "${token} ${token}"` }),
  ];

  test("never get into an error", async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom(...broken), async (token, write) => {
        const error = await cniRejectionOf(load(write(token)));
        const shown = [
          error.message,
          error.hint,
          error.details,
          error.stack,
          String(error.cause),
          Bun.inspect(error),
        ];
        expect(shown.join("\n")).not.toContain(token);
      }),
      { numRuns: 60 },
    );
  }, 20_000);
});
