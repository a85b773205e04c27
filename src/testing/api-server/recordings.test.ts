// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { everything, upstreamMultusRules } from "./access-control.ts";
import { isJson, type Json, mappingAt, textAt } from "./api-object.ts";
import { type ApiServer, adminToken, startApiServer } from "./server.ts";

const folder = join(import.meta.dir, "fixtures");
const read = (path: string): Json => JSON.parse(readFileSync(join(folder, path), "utf8"));

/** Who sent the recorded request; nobody when it is not here. */
const tokens: Readonly<Record<string, string>> = {
  "401-bad-token.json": "stale",
  "403-rbac.json": "multus-token",
};
const anonymousRequests = ["403-anonymous.json"];

/** Objects that a request is about and that are not among the recorded lists. */
const nad = (name: string): Json => ({
  apiVersion: "k8s.cni.cncf.io/v1",
  kind: "NetworkAttachmentDefinition",
  metadata: { name, namespace: "default", labels: { rec: "1" } },
  spec: { config: "{}" },
});
const needed: Readonly<Record<string, readonly Json[]>> = {
  "200-delete.json": [nad("ssa")],
  "200-merge-patch.json": [nad("w")],
  "200-kubernetes-service.json": [mappingAt(read("recordings/200-kubernetes-service.json"), "body")],
};

async function startRecordedServer(more: readonly Json[]): Promise<ApiServer> {
  const { items } = read("network-attachment-definitions.json");
  const multus = "system:serviceaccount:kube-system:multus";
  return startApiServer({
    objects: [read("pod-plain.json"), ...(Array.isArray(items) ? items : []), ...more],
    certificate: "none",
    users: [
      { name: "admin", tokens: [adminToken], rules: everything },
      { name: multus, tokens: ["multus-token"], rules: upstreamMultusRules },
    ],
  });
}

const files = readdirSync(join(folder, "recordings")).filter((name) => name !== "watch-with-bookmarks.json");

test.each(files)("the double answers as the API server did: %s", async (file) => {
  const recording = read(`recordings/${file}`);
  const server = await startRecordedServer(needed[file] ?? []);
  const request = mappingAt(recording, "request");
  const token = tokens[file] ?? adminToken;
  const response = await fetch(server.url + textAt(request, "path"), {
    method: textAt(request, "method"),
    proxy: false,
    headers: {
      ...toStrings(mappingAt(request, "headers")),
      ...(anonymousRequests.includes(file) ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(request.body === null
      ? {}
      : { body: typeof request.body === "string" ? request.body : JSON.stringify(request.body) }),
  });
  const text = await response.text();
  await server.stop();
  const { status, body } = recording;
  expect(response.status).toBe(Number(status));
  for (const header of ["content-type", "cache-control"]) {
    expect(response.headers.get(header)).toBe(textAt(mappingAt(recording, "headers"), header));
  }
  if (!isJson(body)) {
    expect(text).toBe(String(body));
    return;
  }
  const answered: unknown = JSON.parse(text);
  expect(shapeOf(answered)).toEqual(shapeOf(body));
  if (body.kind === "Status") expect(withoutUid(answered)).toEqual(withoutUid(body));
});

test("a watch tells initial events, changes and bookmarks as the API server did", async () => {
  const { events } = read("recordings/watch-with-bookmarks.json");
  const recorded = Array.isArray(events) ? events : [];
  const own = await startApiServer({ certificate: "none" });
  const path = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions";
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  const query =
    "watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1";
  const watching = fetch(`${own.url}${path}?${query}`, { headers, proxy: false });
  const watch = await watching;
  await fetch(own.url + path, { method: "POST", headers, proxy: false, body: JSON.stringify(nad("w")) });
  const patch = { ...headers, "content-type": "application/merge-patch+json" };
  const body = JSON.stringify({ spec: { config: '{"a":1}' } });
  await fetch(`${own.url}${path}/w`, { method: "PATCH", headers: patch, proxy: false, body });
  await fetch(`${own.url}${path}/w`, { method: "DELETE", headers, proxy: false });
  const lines = (await watch.text())
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  await own.stop();
  expect(lines.map(shapeOf)).toEqual(recorded.map(shapeOf));
});

/** Keys that the double does not keep, and one that was cut out of the recorded objects. */
const notKept = ["managedFields", "storageVersionHash", "kubectl.kubernetes.io/last-applied-configuration"];

/** What is left when values may differ: keys, and the values that tell kinds apart. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isJson(value)) return typeof value;
  const told = [
    "kind",
    "apiVersion",
    "type",
    "reason",
    "status",
    "code",
    "generation",
    "annotations",
    "labels",
  ];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !notKept.includes(key))
      .map(([key, part]) => [key, told.includes(key) && !isJson(part) ? part : shapeOf(part)]),
  );
}

function withoutUid(status: unknown): unknown {
  return JSON.parse(JSON.stringify(status, (key, value: unknown) => (key === "uid" ? "" : value)));
}

function toStrings(headers: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[0] !== "Authorization",
    ),
  );
}
