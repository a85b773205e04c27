// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAccess } from "../../cluster/index.ts";
import { readCertificate, renderKubeconfig } from "../../testing/api-server/index.ts";
import { startTokenServer, type TokenServer } from "../../testing/api-server/token-server.ts";
import {
  type HostKubeconfigEvent,
  keepHostKubeconfig,
  renewalTime,
  type WriteReason,
} from "./host-kubeconfig.ts";
import type { ClusterPlace } from "./kubeconfig-text.ts";
import { tokenSource } from "./token-source-testbed.ts";

let folder: string;
let path: string;
let server: TokenServer;
let place: ClusterPlace;
let stop: AbortController;
let logged: string;
let events: HostKubeconfigEvent[];
let running: ReturnType<typeof keepHostKubeconfig> | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plures-host-kubeconfig-"));
  path = join(folder, "multus.d", "multus.kubeconfig");
  server = await startTokenServer({
    namespace: "kube-system",
    serviceAccounts: ["multus"],
    pods: [{ name: "agent-1", uid: "uid-1", serviceAccount: "multus" }],
    token: "own-token",
  });
  place = {
    server: server.url,
    ca: { text: readCertificate("ca.crt"), source: "ca.crt" },
    serverName: undefined,
    skipTlsVerify: false,
    proxyUrl: undefined,
  };
  stop = new AbortController();
  logged = "";
  events = [];
  running = undefined;
});
afterEach(async () => {
  stop.abort();
  await running?.stopped;
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function keep(at = path) {
  const own = join(folder, "own");
  writeFileSync(own, renderKubeconfig({ cluster: ownCluster(), user: { token: "own-token" } }));
  running = keepHostKubeconfig({
    path: at,
    requestToken: tokenSource({
      kubeconfig: own,
      signal: stop.signal,
      wish: {
        serviceAccount: { namespace: "kube-system", name: "multus" },
        boundPod: { name: "agent-1", uid: "uid-1" },
        expirationSeconds: 3600,
      },
    }),
    readPlace: async () => place,
    signal: stop.signal,
    log: (level, message, fields) => {
      logged += `${level} ${message} ${Bun.inspect(fields)}\n`;
    },
    tell: (event) => events.push(event),
    lookEveryMs: 10,
    retryMs: 10,
    random: () => 0.5,
  });
  return running;
}

function ownCluster() {
  const data = Buffer.from(readCertificate("ca.crt")).toString("base64");
  return { server: server.url, "certificate-authority-data": data };
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 3000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`it did not come about: ${Bun.inspect(events)}`);
    await Bun.sleep(5);
  }
}

const writtenBecause = () => events.flatMap((event) => (event.kind === "written" ? [event.because] : []));
const failures = () => events.flatMap((event) => (event.kind === "failed" ? [event] : []));
const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8);

test("the plugin can sign in with what is written", async () => {
  const kept = await keep();
  await kept.written;
  const access = await loadAccess({ kubeconfig: path, env: {}, timeoutMs: 100 });
  expect(access.server).toBe(server.url);
  expect(access.ca?.text).toBe(readCertificate("ca.crt"));
  expect(access.credential.authorization).toBe(`Bearer ${server.given[0]}`);
  expect(access.credential.subject).toBe("system:serviceaccount:kube-system:multus");
  expect(server.asked[0]).toMatchObject({ boundObjectRef: { name: "agent-1", uid: "uid-1" } });
  expect([modeOf(path), modeOf(join(folder, "multus.d"))]).toEqual(["600", "700"]);
  expect(readdirSync(join(folder, "multus.d"))).toEqual(["multus.kubeconfig"]);
  await Bun.sleep(60);
  // Nothing is asked or written while nothing changes.
  expect([server.asked.length, writtenBecause()]).toEqual([1, ["start"]]);
});

const changes: readonly (readonly [string, () => void, WriteReason])[] = [
  ["removed", () => rmSync(path), "removed"],
  ["emptied", () => writeFileSync(path, ""), "edited"],
  ["readable by all", () => chmodSync(path, 0o644), "edited"],
  ["its folder removed", () => rmSync(join(folder, "multus.d"), { recursive: true }), "removed"],
  [
    "another CA",
    () => {
      place = { ...place, ca: { text: "-----BEGIN other", source: "ca" } };
    },
    "cluster-changed",
  ],
  [
    "another server",
    () => {
      place = { ...place, server: "https://[fd00::1]:6443" };
    },
    "cluster-changed",
  ],
];

test.each(changes)("%s: written again with the token that there is", async (_, change, because) => {
  await (await keep()).written;
  change();
  await until(() => events.length > 1);
  expect(writtenBecause()).toEqual(["start", because]);
  expect(server.asked.length).toBe(1);
  expect(modeOf(path)).toBe("600");
  const access = await loadAccess({ kubeconfig: path, env: {}, timeoutMs: 100 });
  expect([access.server, access.ca?.text]).toEqual([place.server, place.ca?.text]);
  expect(access.credential.authorization).toBe(`Bearer ${server.given[0]}`);
});

test("what an earlier agent left is replaced at once, and so are its temporary files", async () => {
  mkdirSync(join(folder, "multus.d"));
  chmodSync(join(folder, "multus.d"), 0o755);
  writeFileSync(path, "left behind");
  writeFileSync(`${path}.999999999-1-1.tmp`, "left behind");
  writeFileSync(join(folder, "multus.d", "other.999999999-1-1.tmp"), "somebody else's");
  await (await keep()).written;
  expect(readdirSync(join(folder, "multus.d")).sort()).toEqual([
    "multus.kubeconfig",
    "other.999999999-1-1.tmp",
  ]);
  expect(readFileSync(path, "utf8")).toContain(server.given[0] ?? "-");
  // A folder that was there stays as it was.
  expect(modeOf(join(folder, "multus.d"))).toBe("755");
});

test("a link is replaced, not followed", async () => {
  mkdirSync(join(folder, "multus.d"));
  writeFileSync(join(folder, "target"), "untouched");
  symlinkSync(join(folder, "target"), path);
  await (await keep()).written;
  expect(readFileSync(join(folder, "target"), "utf8")).toBe("untouched");
});

test("a refusal is told with its rule, tried again, and nothing is written", async () => {
  const body = { kind: "Status", reason: "Forbidden", code: 403, message: "forbidden" };
  server.now.fault = () => ({ code: 403, body });
  const kept = await keep();
  await until(() => failures().length >= 3);
  expect(failures()[0]?.error.hint).toContain("may create serviceaccounts/token");
  expect(failures()[0]?.validUntil).toBeUndefined();
  expect([existsSync(path), kept.state().expires]).toEqual([false, undefined]);
  server.now.fault = undefined;
  await kept.written;
  await until(() => kept.state().problem === undefined);
});

test("when renewing fails the old file stays, and it is said until when it is good", async () => {
  const kept = await keep();
  await kept.written;
  const before = readFileSync(path, "utf8");
  const { now } = Date;
  try {
    Date.now = () => now() + 2500_000;
    const body = { kind: "Status", code: 503, message: "away" };
    server.now.fault = () => ({ code: 503, body });
    await until(() => failures().length > 0);
    expect(failures()[0]?.validUntil?.getTime()).toBe(kept.state().expires?.getTime() ?? 0);
    expect(readFileSync(path, "utf8")).toBe(before);
    server.now.fault = undefined;
    await until(() => writtenBecause().includes("renewal"));
    expect(readFileSync(path, "utf8")).toContain(server.given.at(-1) ?? "-");
    expect(server.given.length).toBe(2);
  } finally {
    Date.now = now;
  }
});

test("a new token that could not be written is written later", async () => {
  await (await keep()).written;
  const { now } = Date;
  try {
    Date.now = () => now() + 2500_000;
    server.now.fault = () => {
      // While the token is made, a file is in the folder's place.
      renameSync(join(folder, "multus.d"), join(folder, "aside"));
      writeFileSync(join(folder, "multus.d"), "");
      server.now.fault = undefined;
      return undefined;
    };
    await until(() => failures().length > 1);
    rmSync(join(folder, "multus.d"));
    renameSync(join(folder, "aside"), join(folder, "multus.d"));
    await until(() => writtenBecause().includes("renewal"));
    expect(readFileSync(path, "utf8")).toContain(server.given[1] ?? "-");
    expect(server.given.length).toBe(2);
  } finally {
    Date.now = now;
  }
});

test("a path that cannot be written is told with the kernel's word, and no token is in it", async () => {
  writeFileSync(join(folder, "file"), "");
  const kept = await keep(join(folder, "file", "kubeconfig"));
  await until(() => failures().length > 1);
  expect(kept.state().problem?.message).toContain("writing the kubeconfig of the host: EEXIST");
  // The token that was given is used again.
  expect(server.asked.length).toBe(1);
});

test("no token is in a log, an event or an error, and the file stays when we stop", async () => {
  const kept = await keep();
  await kept.written;
  rmSync(path);
  await until(() => events.length > 1);
  stop.abort();
  await kept.stopped;
  expect(existsSync(path)).toBe(true);
  const said = logged + Bun.inspect(events) + Bun.inspect(kept.state());
  expect(logged).toContain("the kubeconfig of the host is written");
  for (const token of [...server.given, "own-token"]) expect(said).not.toContain(token);
});

const hour = 3_600_000;
const lives: readonly (readonly [string, number, number, number])[] = [
  ["two thirds", 24 * hour, 0, 16 * hour],
  ["up to a tenth earlier", 24 * hour, 1, 13.6 * hour],
  ["dead on arrival, by a wrong clock", -hour, 0.5, 30_000],
];

test.each(lives)("renewal: %s", (_, life, random, after) => {
  expect(renewalTime(1000, new Date(1000 + life), random) - 1000).toBeCloseTo(after, 3);
});
