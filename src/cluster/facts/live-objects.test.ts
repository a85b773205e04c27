// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { anonymousCredential } from "../credential.ts";
import { createRequester } from "../request.ts";
import { factResources } from "./fact-resources.ts";
import { liveObjects, mostPages } from "./live-objects.ts";

const stopping: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Objects of a server that gives `answer` to every request, and how often it was asked. */
function objectsOf(answer: () => unknown) {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      return Response.json(answer());
    },
  });
  stopping.push(() => server.stop(true));
  const requester = createRequester({
    loadAccess: async () => ({
      source: "test",
      server: server.url.origin,
      ca: undefined,
      serverName: undefined,
      skipTlsVerify: false,
      proxyUrl: undefined,
      certificate: undefined,
      credential: anonymousCredential("nobody"),
    }),
    deadline: () => 10_000,
    signal: new AbortController().signal,
  });
  stopping.push(async () => requester.close());
  return { asked, source: liveObjects(requester, { requestMs: 5_000 }) };
}

test("a list without end is given up, with the way out", async () => {
  const { source, asked } = objectsOf(() => ({
    metadata: { resourceVersion: "1", continue: "next" },
    items: [{}],
  }));
  const fact = await source.list({ resource: factResources.pods, convert: () => undefined });
  expect(fact).toMatchObject({
    kind: "unknown",
    reason: expect.stringMatching(/^cannot list pods: there are more than 20000; .*--cluster$/),
  });
  expect(asked.length).toBe(mostPages);
});

test("what is no Kubernetes is unknown", async () => {
  const { source } = objectsOf(() => ({ hello: "world" }));
  expect(await source.outage()).toBeUndefined();
  expect(await source.version()).toMatchObject({ reason: expect.stringContaining("/version") });
  expect(await source.apiGroups()).toMatchObject({ reason: expect.stringContaining("/apis") });
  const nodes = await source.list({ resource: factResources.nodes, convert: (object) => object });
  expect(nodes).toMatchObject({
    kind: "unknown",
    reason: expect.stringContaining("not of a Kubernetes API"),
  });
});

test("the version is asked for once, by whomever", async () => {
  const { source, asked } = objectsOf(() => ({ major: "1", gitVersion: "v1.31.0" }));
  await source.outage();
  expect(await source.version()).toMatchObject({ value: { gitVersion: "v1.31.0" } });
  expect(asked).toEqual(["/version"]);
});

test.each([
  ["a", "../secrets/x"],
  ["..", "x"],
])("what no object can be called is asked for nowhere: %s/%s", async (namespace, name) => {
  const { source, asked } = objectsOf(() => ({}));
  const found = await source.get({
    resource: factResources.configMaps,
    namespace,
    name,
  });
  expect(found).toEqual({ kind: "known", value: undefined });
  expect(asked).toEqual([]);
});
