// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  type ApiServer,
  type ApiServerOptions,
  type PlannedFault,
  startApiServer,
} from "../testing/api-server/index.ts";
import type { Log } from "../verbs/ports.ts";
import { loadAccess } from "./load-access.ts";
import { type NodePod, toNodePod } from "./node-pod.ts";
import { createObjectCache } from "./object-cache.ts";
import { startReflector } from "./reflector.ts";
import { resources } from "./resources.ts";
import { createTransport } from "./transport.ts";
import { defaultPace, type WatchPace } from "./watch-pace.ts";

const quick: WatchPace = {
  firstDelayMs: 1,
  longestDelayMs: 10,
  deniedDelayMs: 20,
  watchMs: 60_000,
  silenceMs: 2_000,
  gapMs: 1_000,
};

const pod = (name: string, more: Record<string, unknown> = {}, nodeName = "node-a") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", ...more },
  spec: { nodeName, containers: [{ name: "c" }] },
});

let folder: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-reflector-"));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await rm(folder, { recursive: true });
});

async function serve(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: [pod("a"), pod("b")], ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function reflect(server: ApiServer, pace: Partial<WatchPace> = {}) {
  const path = join(folder, "kubeconfig");
  await writeFile(path, server.kubeconfig());
  const controller = new AbortController();
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const log: Log = (level, message, fields) => lines.push({ level, message, fields: { ...fields } });
  const transport = createTransport({
    loadAccess: (timeoutMs) => loadAccess({ kubeconfig: path, env: {}, timeoutMs }),
  });
  const cache = createObjectCache<NodePod>();
  const reflector = startReflector({
    resource: resources.pods,
    fieldSelector: "spec.nodeName=node-a",
    cache,
    convert: toNodePod,
    transport,
    signal: controller.signal,
    log,
    pace: { ...quick, ...pace },
  });
  const stop = async () => {
    controller.abort();
    await reflector.ended;
    transport.close();
  };
  cleanups.push(stop);
  return {
    reflector,
    cache,
    lines,
    stop,
    names: () =>
      cache
        .all()
        .map(({ name }) => name)
        .sort(),
  };
}

/** Waits until it is so; throws with what there is otherwise. */
async function until(isSo: () => boolean, what: () => unknown = () => ""): Promise<void> {
  const endsAt = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error(`it did not come to it: ${JSON.stringify(what())}`);
    await Bun.sleep(2);
  }
}

function remove(server: ApiServer, name: string): void {
  const kind = server.kinds.find(({ plural }) => plural === "pods");
  const object = kind && server.store.get(kind, "default", name);
  if (kind && object) server.store.remove(kind, object);
}

test("lists once from the server's memory, then follows additions, changes and deletions", async () => {
  const server = await serve({ objects: [pod("a"), pod("b"), pod("other", {}, "node-b")] });
  const { reflector, cache, names } = await reflect(server);
  await reflector.listed;
  expect(names()).toEqual(["a", "b"]);
  await until(() => server.watches.count() === 1);
  server.seed(pod("c", { uid: "u-c", annotations: { "k8s.v1.cni.cncf.io/networks": "n", other: "x" } }));
  remove(server, "a");
  await until(() => names().join() === "b,c", names);
  expect(cache.get("default", "c")).toEqual({
    namespace: "default",
    name: "c",
    uid: "u-c",
    annotations: { "k8s.v1.cni.cncf.io/networks": "n" },
    nodeName: "node-a",
    phase: "",
    hostNetwork: false,
    isDeleting: false,
  });
  const [list] = server.requests.map(({ url }) => new URL(url, server.url).searchParams);
  expect(list?.get("resourceVersion")).toBe("0");
  expect(list?.get("fieldSelector")).toBe("spec.nodeName=node-a");
  expect(server.counts()).toEqual(
    new Map([
      ["list pods", 1],
      ["watch pods", 1],
    ]),
  );
});

/** What befalls the watch, and how many lists there are to be afterwards. */
const setbacks: readonly { name: string; lists: number; befall(server: ApiServer): void }[] = [
  { name: "the connection is cut", lists: 1, befall: ({ watches }) => watches.cut() },
  { name: "it is cut within a line", lists: 1, befall: ({ watches }) => watches.cutWithinLine() },
  { name: "the server ends it", lists: 1, befall: ({ watches }) => watches.end() },
  { name: "410 inside the watch", lists: 2, befall: ({ watches }) => watches.fail() },
  {
    name: "500 inside the watch",
    lists: 1,
    befall: ({ watches }) =>
      watches.fail({ kind: "Status", code: 500, message: "etcdserver: leader changed" }),
  },
  { name: "a line that is no JSON", lists: 1, befall: ({ watches }) => watches.say("{nonsense") },
  { name: "an event of no type", lists: 1, befall: ({ watches }) => watches.say('{"object":{}}') },
  {
    name: "a version that is forgotten when the watch comes back",
    lists: 2,
    befall(server) {
      for (let index = 0; index < 3; index++) server.seed(pod("x", {}, "node-b"));
      server.store.compact();
      server.watches.cut();
    },
  },
  { name: "silence", lists: 1, befall: ({ watches }) => watches.freeze() },
];

test.each(setbacks)("goes on after $name", async ({ befall, lists }) => {
  const server = await serve();
  const { reflector, names } = await reflect(server, { silenceMs: 300 });
  await reflector.listed;
  await until(() => server.watches.count() === 1);
  befall(server);
  server.seed(pod("c"));
  remove(server, "a");
  await until(() => names().join() === "b,c", names);
  expect(server.counts().get("list pods")).toBe(lists);
});

test("a server that takes the watch and never begins to answer is given up", async () => {
  const server = await serve();
  server.faults.plan({ fault: { kind: "hang" }, path: "watch=true", times: 1 });
  const { reflector, names, lines } = await reflect(server, { silenceMs: 200 });
  await reflector.listed;
  server.seed(pod("c"));
  await until(() => names().join() === "a,b,c", names);
  const [error] = lines.filter(({ level }) => level === "error");
  expect(error?.fields.error).toMatch(/^cannot watch pod: the API server .* does not answer in time$/);
});

test("a connection that is cut every now and then is nobody's problem", async () => {
  const server = await serve();
  const { reflector, lines } = await reflect(server);
  await reflector.listed;
  for (let index = 0; index < 8; index++) {
    await until(() => server.watches.count() === 1);
    server.watches.cut();
    await until(() => server.watches.count() === 0);
  }
  await until(() => server.watches.count() === 1);
  expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  // Watches that tell nothing make it list anew, from the server's memory.
  const lists = server.requests.map(({ url }) => url).filter((url) => !url.includes("watch=true"));
  expect(lists.length).toBeGreaterThan(1);
  expect(lists.every((url) => /&resourceVersion=\d+$/.test(url))).toBe(true);
});

/** What the server says to the request that comes next. */
const refusals: readonly { name: string; fault: PlannedFault; told?: RegExp; atLeastMs?: number }[] = [
  { name: "HTTP 410", fault: { fault: { kind: "status", code: 410 }, times: 1 } },
  { name: "401", fault: { fault: { kind: "status", code: 401 }, times: 3 }, told: /does not accept/ },
  { name: "403", fault: { fault: { kind: "status", code: 403 }, times: 2 }, told: /RBAC denies/ },
  { name: "503", fault: { fault: { kind: "status", code: 503 }, times: 3 }, told: /answers 503/ },
  { name: "a cut connection", fault: { fault: { kind: "cut" }, times: 3 }, told: /breaks the connection/ },
  { name: "garbage", fault: { fault: { kind: "garbage" }, times: 2 }, told: /not of a Kubernetes API/ },
  {
    name: "429 with Retry-After",
    fault: { fault: { kind: "status", code: 429, retryAfterSeconds: 1 }, times: 1 },
    told: /429/,
    atLeastMs: 1_000,
  },
];

// The double serves watches whole: garbage cannot befall one before it begins.
const refused = ["list", "watch"].flatMap((verb) =>
  refusals.filter(({ name }) => verb === "list" || name !== "garbage").map((row) => ({ verb, ...row })),
);

test.each(refused)("$verb is asked for again after $name", async ({ verb, fault, told, atLeastMs = 0 }) => {
  const server = await serve();
  server.faults.plan({
    ...fault,
    path: verb === "watch" ? "watch=true" : "/pods?fieldSelector=spec.nodeName%3Dnode-a&resourceVersion",
  });
  const startedAt = performance.now();
  const { reflector, names, lines } = await reflect(server);
  await reflector.listed;
  await until(() => server.watches.count() === 1);
  server.seed(pod("c"));
  await until(() => names().join() === "a,b,c", names);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(atLeastMs);
  const errors = lines.filter(({ level }) => level === "error");
  if (told === undefined) expect(errors).toEqual([]);
  // One line for one reason, however often it fails.
  else expect(errors.map(({ fields }) => fields.error)).toEqual([expect.stringMatching(told)]);
  expect(reflector.problem()).toBeUndefined();
});

test("a version that the server never had is given up: its clock was set back", async () => {
  const server = await serve();
  const { reflector, names } = await reflect(server);
  await reflector.listed;
  await until(() => server.watches.count() === 1);
  // A bookmark far ahead, then a server that knows nothing of it.
  server.watches.say('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"99999999"}}}');
  await Bun.sleep(30);
  server.watches.cut();
  const isListedAnew = () => server.requests.some(({ url }) => /&limit=\d+$/.test(url));
  await until(() => {
    if (!isListedAnew()) server.watches.cut();
    return isListedAnew();
  });
  server.seed(pod("c"));
  await until(() => names().join() === "a,b,c", names);
});

test("freshness and age follow what is heard", async () => {
  const server = await serve({ bookmarkEveryMs: 30 });
  const { reflector } = await reflect(server, { silenceMs: 400, gapMs: 50, firstDelayMs: 100 });
  expect(reflector.isFresh()).toBe(false);
  expect(reflector.ageMs()).toBe(Number.POSITIVE_INFINITY);
  await reflector.listed;
  await until(() => server.watches.count() === 1);
  await Bun.sleep(500);
  expect(reflector.isFresh()).toBe(true);
  expect(reflector.ageMs()).toBeLessThan(300);
  await server.stop();
  await until(() => reflector.problem() !== undefined);
  await until(() => !reflector.isFresh());
});

test("it ends with its signal: no request afterwards", async () => {
  const server = await serve();
  const { reflector, stop } = await reflect(server);
  await reflector.listed;
  await until(() => server.watches.count() === 1);
  await stop();
  const asked = server.requests.length;
  await until(() => server.watches.count() === 0);
  server.seed(pod("c"));
  await Bun.sleep(50);
  expect(server.requests.length).toBe(asked);
});

const events = [
  "cut",
  "cutWithinLine",
  "end",
  "gone",
  "compact",
  "freeze",
  "garbage",
  "refuse",
  "rest",
] as const;

type Step =
  | { readonly do: "seed" | "remove"; readonly name: string; readonly node: string }
  | { readonly do: (typeof events)[number] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("seed" as const, "remove" as const),
      name: fc.constantFrom("a", "b", "c", "d"),
      node: fc.constantFrom("node-a", "node-b"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom(...events) }),
  },
);

async function act(server: ApiServer, step: Step): Promise<void> {
  switch (step.do) {
    case "seed":
      server.seed(
        pod(step.name, { annotations: { "k8s.v1.cni.cncf.io/networks": crypto.randomUUID() } }, step.node),
      );
      return;
    case "remove":
      remove(server, step.name);
      return;
    case "cut":
    case "cutWithinLine":
    case "end":
    case "freeze":
      server.watches[step.do]();
      return;
    case "gone":
      server.watches.fail();
      return;
    case "compact":
      server.store.compact();
      return;
    case "garbage":
      server.watches.say("}");
      return;
    case "refuse":
      server.faults.plan({ fault: { kind: "cut" }, times: 2 });
      return;
    case "rest":
      await Bun.sleep(4);
  }
}

test("whatever happens, the cache is what the server has in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const server = await startApiServer({
        objects: [pod("a"), pod("b")],
        certificate: "none",
        bookmarkEveryMs: 20,
      });
      const { cache, stop } = await reflect(server, { silenceMs: 60 });
      try {
        for (const each of steps) await act(server, each);
        const kind = server.kinds.find(({ plural }) => plural === "pods");
        if (kind === undefined) throw new Error("the double serves pods");
        const wanted = () =>
          server.store
            .list(kind, undefined)
            .map((object) => toNodePod(object))
            .filter(({ nodeName }) => nodeName === "node-a");
        const shown = (pods: readonly NodePod[]) =>
          JSON.stringify([...pods].sort((one, other) => (one.name < other.name ? -1 : 1)));
        await until(
          () => shown(cache.all()) === shown(wanted()),
          () => [cache.all(), wanted()],
        );
      } finally {
        await stop();
        await server.stop();
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);

test("the default pace resumes soon, and forgives the API server a minute between bookmarks", () => {
  expect(defaultPace.silenceMs).toBeGreaterThan(120_000);
  expect(defaultPace.firstDelayMs).toBeLessThanOrEqual(1_000);
});
