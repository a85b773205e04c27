// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
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
  upstreamMultusRules,
} from "../testing/api-server/index.ts";
import type { Log, Lookup } from "../verbs/ports.ts";
import { createCluster } from "./cluster.ts";

const multus = "system:serviceaccount:kube-system:multus";
const identity: PodIdentity = { namespace: "default", name: "web", uid: "uid-1" };
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default", uid: "uid-1", annotations: { "example.com/keep": "1" } },
  spec: { containers: [{ name: "c" }] },
};
const network = (namespace: string, name: string, config: string | undefined = "{}") => ({
  apiVersion: "k8s.cni.cncf.io/v1",
  kind: "NetworkAttachmentDefinition",
  metadata: { name, namespace, annotations: { "k8s.v1.cni.cncf.io/resourceName": "example.com/nic" } },
  ...(config === undefined ? {} : { spec: { config } }),
});

let folder: string;
const servers: ApiServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-cluster-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

async function start(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: [pod], ...options });
  servers.push(server);
  return server;
}

interface ConnectOptions {
  readonly kubeconfig?: string;
  readonly ms?: number;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

async function connect(server: ApiServer, options: ConnectOptions = {}) {
  const path = join(folder, "kubeconfig");
  await writeFile(path, options.kubeconfig ?? server.kubeconfig());
  const endsAt = Date.now() + (options.ms ?? 5_000);
  return createCluster({
    kubeconfig: path,
    deadline: () => endsAt - Date.now(),
    signal: options.signal ?? new AbortController().signal,
    env: {},
    ...(options.log === undefined ? {} : { log: options.log }),
  });
}

function errorOf(lookup: Lookup<unknown>): CniError {
  if (lookup.kind !== "unreachable") throw new Error(`expected unreachable, got ${lookup.kind}`);
  if (!(lookup.error instanceof CniError)) throw new Error("expected a CniError");
  return lookup.error;
}

function annotationsOf(server: ApiServer): object {
  const kind = server.kinds.find(({ plural }) => plural === "pods");
  const annotations = kind && server.store.get(kind, "default", "web")?.metadata.annotations;
  return typeof annotations === "object" && annotations !== null ? annotations : {};
}

test("a pod and a network are read over one connection", async () => {
  const server = await start({ objects: [pod, network("default", "a", '{"type":"bridge"}')] });
  const cluster = await connect(server);
  expect(await cluster.readPod("default", "web")).toEqual({
    kind: "found",
    value: { namespace: "default", name: "web", uid: "uid-1", annotations: { "example.com/keep": "1" } },
  });
  expect(await cluster.readNetwork("default", "a")).toEqual({
    kind: "found",
    value: {
      namespace: "default",
      name: "a",
      annotations: { "k8s.v1.cni.cncf.io/resourceName": "example.com/nic" },
      config: '{"type":"bridge"}',
    },
  });
  expect(await cluster.writeNetworkStatus(identity, "[]")).toEqual({ kind: "found", value: undefined });
  await cluster.emitEvent(identity, { type: "Normal", reason: "AddedInterface", message: "m" });
  expect(server.connections()).toBe(1);
  expect(server.requests.length).toBe(4);
  cluster.close();
});

test("a network without config has an empty one", async () => {
  const server = await start({ objects: [{ ...network("default", "a"), spec: undefined }] });
  expect(await (await connect(server)).readNetwork("default", "a")).toMatchObject({ value: { config: "" } });
});

test("what does not exist, or cannot, is absent", async () => {
  const server = await start();
  const cluster = await connect(server);
  expect(await cluster.readPod("default", "nosuch")).toEqual({ kind: "absent" });
  expect(await cluster.readNetwork("default", "nosuch")).toEqual({ kind: "absent" });
  const asked = server.requests.length;
  for (const [namespace, name] of [
    ["..", "x"],
    ["default", "../../../version"],
    ["default", ""],
    ["default", "A"],
  ] as const) {
    expect(await cluster.readNetwork(namespace, name)).toEqual({ kind: "absent" });
  }
  expect(server.requests.length).toBe(asked);
});

test("without the CRD the error says so, not that the network is missing", async () => {
  const server = await start({ kinds: (await start()).kinds.filter((kind) => !kind.custom) });
  const error = errorOf(await (await connect(server)).readNetwork("default", "a"));
  expect(error.message).toBe(
    "cannot get network-attachment-definition default/a: the API server knows no network-attachment-definitions in k8s.cni.cncf.io/v1",
  );
  expect(error.hint).toBe("apply the CRD network-attachment-definitions.k8s.cni.cncf.io");
});

test("the namespaces that have a network of a name, or none when that is denied", async () => {
  const objects = [network("b", "net"), network("a", "net"), network("c", "other")];
  const server = await start({ objects });
  const cluster = await connect(server);
  expect(await cluster.namespacesOfNetwork("net")).toEqual(["a", "b"]);
  server.setUsers([{ name: "narrow", tokens: [adminToken], rules: [] }]);
  expect(await cluster.namespacesOfNetwork("net")).toEqual([]);
});

test("the status patch changes our annotation alone", async () => {
  const server = await start();
  const cluster = await connect(server);
  await cluster.writeNetworkStatus(identity, "[1]");
  expect(annotationsOf(server)).toEqual({ "example.com/keep": "1", [annotationKeys.networkStatus]: "[1]" });
  expect(server.requests).toMatchObject([
    { method: "PATCH", url: "/api/v1/namespaces/default/pods/web/status" },
  ]);
});

test.each<[string, PodIdentity, "absent" | "found"]>([
  ["a pod that is gone", { ...identity, name: "gone" }, "absent"],
  ["another pod of that name", { ...identity, uid: "uid-0" }, "absent"],
  ["a pod whose uid the runtime did not say", { ...identity, uid: "" }, "found"],
])("writing the status of %s", async (_, who, expected) => {
  const server = await start();
  expect((await (await connect(server)).writeNetworkStatus(who, "[]")).kind).toBe(expected);
  const changed = expected === "found";
  expect(annotationKeys.networkStatus in annotationsOf(server)).toBe(changed);
});

test("with the rights of upstream's ClusterRole the status is written by update", async () => {
  const server = await start({ users: [{ name: multus, tokens: [adminToken], rules: upstreamMultusRules }] });
  const cluster = await connect(server);
  expect((await cluster.writeNetworkStatus(identity, "[2]")).kind).toBe("found");
  expect(annotationsOf(server)).toEqual({ "example.com/keep": "1", [annotationKeys.networkStatus]: "[2]" });
  expect((await cluster.writeNetworkStatus({ ...identity, uid: "uid-0" }, "[3]")).kind).toBe("absent");
});

test("an update never undoes what others wrote in between", async () => {
  const server = await start({ users: [{ name: multus, tokens: [adminToken], rules: upstreamMultusRules }] });
  const cluster = await connect(server);
  server.faults.plan({ fault: { kind: "slow", ms: 60 }, method: "PUT", times: 1 });
  const writing = cluster.writeNetworkStatus(identity, "[2]");
  const podKind = server.kinds.find(({ plural }) => plural === "pods");
  while (!server.requests.some(({ method }) => method === "GET")) await Bun.sleep(1);
  const now = podKind && server.store.get(podKind, "default", "web");
  if (podKind === undefined || now === undefined) throw new Error("the pod is not there");
  server.store.replace(podKind, { ...now, metadata: { ...now.metadata, annotations: { other: "wrote" } } });
  expect((await writing).kind).toBe("found");
  expect(annotationsOf(server)).toEqual({ other: "wrote", [annotationKeys.networkStatus]: "[2]" });
  expect(server.requests.filter(({ method }) => method === "PUT").map(({ status }) => status)).toEqual([
    409, 200,
  ]);
});

test("an event is written as upstream Multus writes it", async () => {
  const server = await start();
  await (await connect(server)).emitEvent(identity, {
    type: "Normal",
    reason: "AddedInterface",
    message: "Add eth0 [10.42.0.187/24] from cbr0",
  });
  const kind = server.kinds.find(({ plural }) => plural === "events");
  const [stored] = kind === undefined ? [] : server.store.list(kind, "default");
  const recorded = JSON.parse(
    readFileSync(join(import.meta.dir, "fixtures", "event-added-interface.json"), "utf8"),
  );
  for (const key of [
    "type",
    "reason",
    "message",
    "source",
    "reportingComponent",
    "reportingInstance",
    "count",
  ]) {
    expect(stored?.[key]).toEqual(recorded[key]);
  }
  expect(stored?.involvedObject).toEqual({
    apiVersion: "v1",
    kind: "Pod",
    name: "web",
    namespace: "default",
    uid: "uid-1",
  });
  expect(stored?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  expect(stored?.firstTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test("an event that cannot be written is logged and forgotten, in bounded time", async () => {
  const server = await start({ users: [{ name: multus, tokens: [adminToken], rules: [] }] });
  const lines: unknown[] = [];
  const cluster = await connect(server, { log: (...line) => lines.push(line), ms: 60_000 });
  await cluster.emitEvent(identity, { type: "Normal", reason: "r", message: "m" });
  expect(JSON.stringify(lines)).toContain("that may create events");
  server.faults.plan({ fault: { kind: "hang" } });
  const before = performance.now();
  await cluster.emitEvent(identity, { type: "Normal", reason: "r", message: "m" });
  expect(performance.now() - before).toBeLessThan(4_000);
});

test("403 names the right that is missing, and who lacks it", async () => {
  const server = await start({ users: [{ name: multus, tokens: [adminToken], rules: [] }] });
  const cluster = await connect(server);
  const read = errorOf(await cluster.readNetwork("default", "a"));
  expect(read.message).toContain("cannot get network-attachment-definition default/a: RBAC denies it to ");
  expect(read.hint).toBe("give it a role that may get network-attachment-definitions of k8s.cni.cncf.io");
  server.setUsers([
    { name: multus, tokens: [adminToken], rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
  ]);
  const written = errorOf(await cluster.writeNetworkStatus(identity, "[]"));
  expect(written.hint).toBe("give it a role that may patch pods/status");
});

const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), "sig"].map((part) => Buffer.from(part).toString("base64url")).join(".");

test("401 says which token, whose, and since when it has expired", async () => {
  const server = await start();
  const token = jwt({ sub: multus, exp: Date.parse("2024-05-06T07:08:09Z") / 1000 });
  const kubeconfig = server.kubeconfig({ user: { token } });
  const error = errorOf(await (await connect(server, { kubeconfig })).readPod("default", "web"));
  expect(error.code).toBe(11);
  expect(error.message).toBe(
    "cannot get pod default/web: the API server does not accept the token of " +
      `"${folder}/kubeconfig" (${multus}, expired 2024-05-06T07:08:09Z)`,
  );
  expect(error.message.length).toBeLessThanOrEqual(200);
  expect(Bun.inspect(error)).not.toContain(token.slice(4, 20));
});

test("questions side by side share one connection", async () => {
  const server = await start();
  const cluster = await connect(server);
  const asked = ["web", "a", "b", "c", "d"].map((name) => cluster.readPod("default", name));
  expect((await Promise.all(asked)).map(({ kind }) => kind)).toContain("found");
  expect(server.requests.length).toBe(5);
  expect(server.connections()).toBe(1);
});

test("a token file that was rotated under us is read again, once", async () => {
  const server = await start();
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, "old");
  const cluster = await connect(server, { kubeconfig: server.kubeconfig({ user: { tokenFile } }) });
  const error = errorOf(await cluster.readPod("default", "web"));
  expect(error.message).toContain(`does not accept tokenFile "${tokenFile}"`);
  expect(server.requests.length).toBe(1);
  await writeFile(tokenFile, adminToken);
  expect((await cluster.readPod("default", "web")).kind).toBe("found");
  expect(server.requests.map(({ status }) => status)).toEqual([401, 401, 200]);
  expect(server.connections()).toBe(1);
});

test("a kubeconfig that was written anew with another token is read again", async () => {
  const server = await start();
  const cluster = await connect(server, { kubeconfig: server.kubeconfig({ user: { token: "old" } }) });
  await cluster.readPod("default", "web");
  await writeFile(join(folder, "kubeconfig"), server.kubeconfig());
  expect((await cluster.readPod("default", "web")).kind).toBe("found");
});

test("a kubeconfig that cannot be used makes every answer unreachable, and nothing rejects", async () => {
  const server = await start();
  const cluster = await connect(server, { kubeconfig: "" });
  expect(errorOf(await cluster.readPod("default", "web")).message).toMatch(/kubeconfig ".*": it is empty/);
  expect(await cluster.namespacesOfNetwork("a")).toEqual([]);
  await cluster.emitEvent(identity, { type: "Normal", reason: "r", message: "m" });
});

test("a client certificate signs in, and a server certificate is checked against tls-server-name", async () => {
  const server = await start({ users: [{ name: "admin", clientCertificate: true, rules: everything }] });
  const { certificatePath } = await import("../testing/api-server/index.ts");
  const user = {
    "client-certificate": certificatePath("client.crt"),
    "client-key": certificatePath("client.key"),
  };
  const cluster = { "tls-server-name": "kubernetes.default.svc" };
  const connection = await connect(server, { kubeconfig: server.kubeconfig({ user, cluster }) });
  expect((await connection.readPod("default", "web")).kind).toBe("found");
});

test.each<["::1" | "localhost"]>([["::1"], ["localhost"]])("the server may be %s", async (hostname) => {
  const server = await start({ hostname });
  expect((await (await connect(server)).readPod("default", "web")).kind).toBe("found");
});
