// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotationKeys, type PodIdentity } from "../attachments/index.ts";
import { CniError } from "../cni/index.ts";
import {
  type ApiServer,
  type ApiServerOptions,
  adminToken,
  everything,
  startApiServer,
} from "../testing/api-server/index.ts";
import { defaultKinds } from "../testing/api-server/served-kinds.ts";
import type { Log } from "../verbs/ports.ts";
import type { WatchPace } from "./watch-pace.ts";
import { createWatchedCluster, type WatchedClusterOptions } from "./watched-cluster.ts";

const pace: WatchPace = {
  firstDelayMs: 5,
  longestDelayMs: 50,
  deniedDelayMs: 50,
  watchMs: 60_000,
  silenceMs: 5_000,
  gapMs: 100,
};

const pod = (name: string, { uid = `uid-${name}`, networks = "" } = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", uid, annotations: { [annotationKeys.networks]: networks } },
  spec: { nodeName: "node-a", containers: [{ name: "c" }] },
});
const network = (name: string, namespace = "default") => ({
  apiVersion: "k8s.cni.cncf.io/v1",
  kind: "NetworkAttachmentDefinition",
  metadata: { name, namespace },
  spec: { config: '{"type":"bridge"}' },
});
const identityOf = (name: string): PodIdentity => ({ namespace: "default", name, uid: `uid-${name}` });

let folder: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-watched-"));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await rm(folder, { recursive: true });
});

async function serve(options: ApiServerOptions = {}): Promise<ApiServer> {
  const objects = [pod("plain"), pod("asking", { networks: "a" }), network("a"), network("a", "other")];
  const server = await startApiServer({ objects, ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function watch(server: ApiServer, options: Partial<WatchedClusterOptions> = {}) {
  const path = join(folder, "kubeconfig");
  await writeFile(path, server.kubeconfig());
  const lines: string[] = [];
  const log: Log = (level, message) => {
    if (level === "error") lines.push(message);
  };
  const signal = new AbortController().signal;
  const watched = createWatchedCluster({
    nodeName: "node-a",
    kubeconfig: path,
    signal,
    log,
    env: {},
    pace,
    ...options,
  });
  cleanups.push(() => watched.close());
  const view = (uid?: string, ms = 5_000) => {
    const endsAt = Date.now() + ms;
    return watched.forRequest({ deadline: () => endsAt - Date.now(), signal, uid });
  };
  return { watched, view, lines };
}

/** Ready and both watches under way. */
async function watchReady(server: ApiServer, options: Partial<WatchedClusterOptions> = {}) {
  const made = await watch(server, options);
  await made.watched.ready;
  await until(() => server.watches.count() === 2);
  return made;
}

async function until(isSo: () => boolean): Promise<void> {
  const endsAt = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error("it did not come to it");
    await Bun.sleep(2);
  }
}

function statusOf(server: ApiServer, name: string): unknown {
  const kind = server.kinds.find(({ plural }) => plural === "pods");
  const annotations = kind && server.store.get(kind, "default", name)?.metadata.annotations;
  return typeof annotations === "object" && annotations !== null
    ? new Map<string, unknown>(Object.entries(annotations)).get(annotationKeys.networkStatus)
    : undefined;
}

/** Requests beside the two lists and the two watches. */
function besides(server: ApiServer): Record<string, number> {
  const watching = /^(list|watch) (pods|network-attachment-definitions)$/;
  return Object.fromEntries([...server.counts()].filter(([name]) => !watching.test(name)));
}

test("a pod whose objects are cached costs one request, the status; its events come later, apart", async () => {
  const server = await serve();
  const { watched, view } = await watchReady(server);
  const cluster = view("uid-asking");
  expect(await cluster.readPod("default", "asking")).toMatchObject({
    kind: "found",
    value: { uid: "uid-asking", annotations: { [annotationKeys.networks]: "a" } },
  });
  expect(await cluster.readNetwork("default", "a")).toEqual({
    kind: "found",
    value: { namespace: "default", name: "a", annotations: {}, config: '{"type":"bridge"}' },
  });
  expect(await cluster.namespacesOfNetwork("a")).toEqual(["default", "other"]);
  for (const message of ["one", "two"])
    await cluster.emitEvent(identityOf("asking"), { type: "Normal", reason: "AddedInterface", message });
  expect(await cluster.writeNetworkStatus(identityOf("asking"), "[]")).toEqual({
    kind: "found",
    value: undefined,
  });
  expect(besides(server)).toEqual({ "patch pods/status": 1 });
  await watched.drain(2_000);
  expect(besides(server)).toEqual({ "patch pods/status": 1, "create events": 2 });
  expect(watched.events()).toEqual({ sent: 2, failed: 0, dropped: 0 });
  const messages = server.store
    .list(
      server.kinds.find(({ plural }) => plural === "events") ?? server.kinds[0] ?? neverServed(),
      "default",
    )
    .map(({ message }) => message);
  expect(messages).toEqual(["one", "two"]);
});

function neverServed(): never {
  throw new Error("the double serves events");
}

/** A pod that the cache does not have: how late the watch tells of it, and what that costs. */
const unseen: readonly { name: string; delayMs: number; uid: string; gets: number }[] = [
  { name: "is waited for when the watch tells soon", delayMs: 100, uid: "uid-new", gets: 0 },
  { name: "is asked for, once, when the watch does not", delayMs: 3_000, uid: "uid-new", gets: 1 },
  {
    name: "of the same name as an older one is not taken for it",
    delayMs: 100,
    uid: "uid-asking-2",
    gets: 0,
  },
];

test.each(unseen)("a pod that was not seen yet $name", async ({ delayMs, uid, gets }) => {
  const server = await serve();
  const { view } = await watchReady(server);
  server.watches.delay(delayMs);
  const name = uid === "uid-new" ? "new" : "asking";
  server.seed(pod(name, { uid, networks: "b" }));
  expect(await view(uid).readPod("default", name)).toMatchObject({
    kind: "found",
    value: { uid, annotations: { [annotationKeys.networks]: "b" } },
  });
  expect(besides(server)["get pods"] ?? 0).toBe(gets);
});

test("a pod that is nowhere is absent after one question; so is a network", async () => {
  const server = await serve();
  const { view } = await watchReady(server);
  expect(await view("uid-x").readPod("default", "x")).toEqual({ kind: "absent" });
  expect(await view("uid-x").readNetwork("default", "x")).toEqual({ kind: "absent" });
  expect(await view("uid-x").readPod("default", "../x")).toEqual({ kind: "absent" });
  expect(besides(server)).toEqual({ "get pods": 1, "get network-attachment-definitions": 1 });
});

test("the API's copy of a static pod has another UID and is the pod all the same", async () => {
  const mirror = pod("static");
  Object.assign(mirror.metadata.annotations, { [annotationKeys.configSource]: "file" });
  const server = await serve({ objects: [mirror] });
  const { view } = await watchReady(server);
  expect(await view("hash-of-the-file").readPod("default", "static")).toMatchObject({ kind: "found" });
  expect(besides(server)).toEqual({});
});

test("a network that was made a moment ago is found before the watch tells of it", async () => {
  const server = await serve();
  const { view } = await watchReady(server);
  server.watches.delay(3_000);
  server.seed(network("new"));
  expect(await view().readNetwork("default", "new")).toMatchObject({ kind: "found" });
});

test("while the watch of networks is stale, they are asked for", async () => {
  const server = await serve();
  const { view } = await watchReady(server, { pace: { ...pace, silenceMs: 200, firstDelayMs: 3_000 } });
  server.watches.freeze();
  server.seed({ ...network("a"), spec: { config: '{"type":"changed"}' } });
  server.faults.plan({ fault: { kind: "cut" }, path: "watch=true" });
  await Bun.sleep(500);
  expect(await view().readNetwork("default", "a")).toMatchObject({ value: { config: '{"type":"changed"}' } });
  // A pod with the right UID is the pod, however old what we know of it.
  expect(await view("uid-asking").readPod("default", "asking")).toMatchObject({ kind: "found" });
  expect(besides(server)).toEqual({ "get network-attachment-definitions": 1 });
});

test("without the API, what is cached serves; a plain pod's status comes late, another's write fails", async () => {
  const server = await serve();
  const { watched, view, lines } = await watchReady(server);
  await server.stop();
  await until(() => watched.problems().pods !== undefined);
  await Bun.sleep(pace.gapMs);
  const cluster = view("uid-plain", 1_000);
  expect(await cluster.readPod("default", "plain")).toMatchObject({ kind: "found" });
  expect(await cluster.readNetwork("default", "a")).toMatchObject({ kind: "found" });
  expect(await cluster.writeNetworkStatus(identityOf("plain"), "[late]")).toMatchObject({ kind: "found" });
  expect(watched.lateStatuses()).toBe(1);
  const other = await view("uid-asking", 1_000).writeNetworkStatus(identityOf("asking"), "[]");
  expect(other).toMatchObject({ kind: "unreachable", error: { code: 11 } });
  // A pod that only the API could know is not guessed.
  expect(await view("uid-x", 300).readPod("default", "x")).toMatchObject({ kind: "unreachable" });
  expect(await view("uid-x", 300).readPod("default", "asking")).toMatchObject({ kind: "unreachable" });
  expect(lines).toContain("the API cannot be asked; a network is used as it was last seen");
  expect(lines).toContain("the API is away: the network-status of a pod without networks is written later");

  const back = await serve({ port: server.port, store: server.store });
  await until(() => watched.lateStatuses() === 0);
  expect(statusOf(back, "plain")).toBe("[late]");
  expect(statusOf(back, "asking")).toBeUndefined();
  await until(() => watched.problems().pods === undefined);
}, 15_000);

test("a newer status is not undone by a late one", async () => {
  const server = await serve();
  const { watched, view } = await watchReady(server, { pace: { ...pace, firstDelayMs: 30 } });
  server.faults.plan({ fault: { kind: "status", code: 503 }, method: "PATCH", times: 40 });
  expect(await view("uid-plain").writeNetworkStatus(identityOf("plain"), "[old]")).toMatchObject({
    kind: "found",
  });
  server.faults.clear();
  await view("uid-plain").writeNetworkStatus(identityOf("plain"), "[new]");
  expect(watched.lateStatuses()).toBe(0);
  await Bun.sleep(500);
  expect(statusOf(server, "plain")).toBe("[new]");
}, 10_000);

test("a status that RBAC denies is no outage: the pod without networks fails, too", async () => {
  const server = await serve();
  const { view } = await watchReady(server);
  server.setUsers([
    {
      name: "admin",
      tokens: [adminToken],
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }],
    },
  ]);
  const written = await view("uid-plain").writeNetworkStatus(identityOf("plain"), "[]");
  expect(written).toMatchObject({ kind: "unreachable" });
});

test("without the right to watch it is told why, never ready, and questions are asked", async () => {
  const server = await serve({
    users: [
      {
        name: "admin",
        tokens: [adminToken],
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get"] }],
      },
    ],
  });
  const { watched, view, lines } = await watch(server);
  await until(() => watched.problems().networks !== undefined);
  const { networks } = watched.problems();
  expect(networks).toBeInstanceOf(CniError);
  expect(networks?.message).toMatch(/^cannot list network-attachment-definition: RBAC denies it/);
  expect(networks?.hint).toMatch(/a ClusterRole that may list network-attachment-definitions/);
  expect(await Promise.race([watched.ready, Bun.sleep(100).then(() => "not ready")])).toBe("not ready");
  expect(await view("uid-plain").readPod("default", "plain")).toMatchObject({ kind: "found" });
  expect(lines.length).toBe(2);
  server.setUsers([{ name: "admin", tokens: [adminToken], rules: everything }]);
  await watched.ready;
  await until(() => watched.problems().networks === undefined);
});

test("without the CRD it says which to apply, and questions get the same answer", async () => {
  const pods = defaultKinds.filter(({ custom }) => !custom);
  const server = await serve({ objects: [pod("plain")], kinds: pods });
  const { watched, view } = await watch(server);
  await until(() => watched.problems().networks !== undefined);
  expect(watched.problems().networks?.hint).toBe(
    "apply the CRD network-attachment-definitions.k8s.cni.cncf.io",
  );
  const answer = await view().readNetwork("default", "a");
  expect(answer).toMatchObject({ kind: "unreachable", error: { hint: watched.problems().networks?.hint } });
  expect(watched.problems().pods).toBeUndefined();
});

test("it serves within a second, knows its pods and ages, and tells of every pod", async () => {
  const server = await serve({
    objects: [pod("a"), pod("b"), { ...pod("far"), spec: { nodeName: "node-b" } }],
  });
  const startedAt = performance.now();
  const { watched } = await watch(server);
  const told: string[] = [];
  const stop = watched.onPod(({ name }) => told.push(name));
  await watched.ready;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(watched.pods().map(({ name }) => name)).toEqual(["a", "b"]);
  expect(watched.ages().pods).toBeLessThan(1_000);
  await until(() => server.watches.count() === 2);
  server.seed(pod("c"));
  await until(() => told.length === 3);
  expect(told).toEqual(["a", "b", "c"]);
  stop();
});

test("an event about the node is where kubectl looks for it", async () => {
  const server = await serve();
  const { watched } = await watchReady(server);
  await watched.emitNodeEvent({ type: "Warning", reason: "ConfigReplaced", message: "m" });
  const kind = server.kinds.find(({ plural }) => plural === "events") ?? neverServed();
  expect(server.store.list(kind, "default")).toMatchObject([
    {
      involvedObject: { kind: "Node", name: "node-a", uid: "node-a" },
      source: { component: "plures", host: "node-a" },
      reason: "ConfigReplaced",
      type: "Warning",
    },
  ]);
});

test("statuses of many pods go side by side, over a few connections", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
  const server = await serve({ objects: names.map((name) => pod(name)) });
  const { view } = await watchReady(server);
  const before = server.connections();
  server.faults.plan({ fault: { kind: "slow", ms: 100 }, method: "PATCH" });
  const startedAt = performance.now();
  const written = await Promise.all(
    names.map((name) => view(`uid-${name}`).writeNetworkStatus(identityOf(name), "[]")),
  );
  expect(written.every(({ kind }) => kind === "found")).toBe(true);
  expect(server.connections() - before).toBe(4);
  // One after the other it would take 800 ms.
  expect(performance.now() - startedAt).toBeLessThan(700);
});

test("after close nothing is asked any more", async () => {
  const server = await serve();
  const { watched } = await watchReady(server);
  watched.close();
  await until(() => server.watches.count() === 0);
  const asked = server.requests.length;
  server.seed(pod("c"));
  await Bun.sleep(100);
  expect(server.requests.length).toBe(asked);
});
