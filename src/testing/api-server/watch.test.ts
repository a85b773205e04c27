// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { isJson, mappingAt } from "./api-object.ts";
import { type ApiServer, adminToken, startApiServer } from "./server.ts";

const network = (name: string, namespace = "default") => ({
  apiVersion: "k8s.cni.cncf.io/v1",
  kind: "NetworkAttachmentDefinition",
  metadata: { name, namespace },
  spec: { config: "{}" },
});

let server: ApiServer | undefined;
afterEach(() => server?.stop());

async function watch(query: string, bookmarkEveryMs = 60_000) {
  server = await startApiServer({ certificate: "none", objects: [network("a")], bookmarkEveryMs });
  const path = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions";
  const headers = { authorization: `Bearer ${adminToken}` };
  const response = await fetch(`${server.url}${path}?watch=true&timeoutSeconds=1&${query}`, {
    headers,
    proxy: false,
  });
  return { server, lines: async () => (await response.text()).trim().split("\n").map(describe) };
}

/** `ADDED a`, `BOOKMARK`, ... */
function describe(line: string): string {
  const event: unknown = JSON.parse(line);
  const { name = "" } = isJson(event) ? mappingAt(mappingAt(event, "object"), "metadata") : {};
  return `${isJson(event) ? event.type : ""} ${name}`.trim();
}

test("a watch without version tells what is there, then what changes, in its namespace", async () => {
  const { server, lines } = await watch("");
  server.seed(network("b"));
  server.seed(network("elsewhere", "other"));
  expect(await lines()).toEqual(["ADDED a", "ADDED b"]);
});

test("a watch from a version tells what changed since", async () => {
  const { server, lines } = await watch("resourceVersion=99999999");
  server.seed(network("b"));
  expect(await lines()).toEqual(["ADDED b"]);
});

test("a watch with a field selector tells of that object alone", async () => {
  const { server, lines } = await watch("fieldSelector=metadata.name%3Db");
  server.seed(network("b"));
  server.seed(network("c"));
  expect(await lines()).toEqual(["ADDED b"]);
});

test("bookmarks come while nothing happens, and not unless they are wanted", async () => {
  const wanted = await watch("allowWatchBookmarks=true", 300);
  expect((await wanted.lines()).filter((line) => line === "BOOKMARK").length).toBeGreaterThanOrEqual(3);
  await server?.stop();
  const unwanted = await watch("", 300);
  expect(await unwanted.lines()).toEqual(["ADDED a"]);
});

test("stopping the double ends a watch that is under way", async () => {
  const { server, lines } = await watch("timeoutSeconds=60");
  const before = performance.now();
  setTimeout(() => void server.stop(), 50);
  await lines().catch(() => undefined);
  expect(performance.now() - before).toBeLessThan(2_000);
});
