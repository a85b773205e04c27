// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { isJson, mappingAt } from "./api-object.ts";
import type { LiveWatches } from "./live-watches.ts";
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
  const lines = async () => (await response.text()).trim().split("\n").map(describe);
  /** The lines that come within this time, and then how it ended, if not well. */
  const chunks = async (withinMs: number) => {
    const told: string[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? [])
        told.push(...new TextDecoder().decode(chunk).trim().split("\n").map(describe));
    };
    await Promise.race([read().catch(() => undefined), Bun.sleep(withinMs)]);
    return told;
  };
  return { server, lines, chunks };
}

/** `ADDED a`, `BOOKMARK`, ... */
function describe(line: string): string {
  if (!line.endsWith("}")) return "half";
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
  // Namespaces and "a" have taken the first versions.
  const { server, lines } = await watch("resourceVersion=10003");
  server.seed(network("b"));
  expect(await lines()).toEqual(["ADDED b"]);
});

test("a watch from a version that is yet to come tells nothing before it", async () => {
  const { server, lines } = await watch("resourceVersion=10004");
  server.seed(network("b"));
  server.seed(network("c"));
  expect(await lines()).toEqual(["ADDED c"]);
});

test("who comes into a selection is added, who leaves it is deleted", async () => {
  const { server, lines } = await watch("labelSelector=tier%3Dx");
  const labelled = (tier: string) => ({
    ...network("b"),
    metadata: { name: "b", namespace: "default", labels: { tier } },
  });
  for (const tier of ["y", "x", "x", "y"]) server.seed(labelled(tier));
  expect(await lines()).toEqual(["ADDED b", "MODIFIED b", "DELETED b"]);
});

const faults: readonly [Exclude<keyof LiveWatches, "count" | "say" | "delay">, readonly string[]][] = [
  ["cut", ["ADDED a"]],
  ["cutWithinLine", ["ADDED a", "half"]],
  ["end", ["ADDED a"]],
  ["fail", ["ADDED a", "ERROR"]],
  ["freeze", ["ADDED a"]],
];

test.each(faults)("a watch can %s under way", async (fault, expected) => {
  const { server, chunks } = await watch("");
  const told = chunks(400);
  await Bun.sleep(20);
  expect(server.watches.count()).toBe(1);
  server.watches[fault]();
  server.seed(network("b"));
  expect(await told).toEqual([...expected]);
});

test("lines of a watch can come late, and anything can be said", async () => {
  const { server, lines } = await watch("");
  await Bun.sleep(20);
  server.watches.delay(100);
  server.seed(network("b"));
  server.watches.say('{"type":"ODD"}');
  expect(await lines()).toEqual(["ADDED a", "ODD", "ADDED b"]);
});

test("requests are counted as RBAC names them", async () => {
  const { server, lines } = await watch("");
  const headers = { authorization: `Bearer ${adminToken}` };
  for (const path of ["/api/v1/namespaces/default/pods/x/status", "/api/v1/nodes", "/version"])
    await fetch(server.url + path, {
      headers,
      proxy: false,
      method: path.endsWith("status") ? "PATCH" : "GET",
    });
  expect([...server.counts()]).toEqual([
    ["watch network-attachment-definitions", 1],
    ["patch pods/status", 1],
    ["list nodes", 1],
  ]);
  server.watches.end();
  await lines();
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
