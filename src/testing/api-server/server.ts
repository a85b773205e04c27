// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { everything, type User } from "./access-control.ts";
import type { Json } from "./api-object.ts";
import { readCertificate } from "./certificates.ts";
import { createFaults, type Faults } from "./faults.ts";
import { renderKubeconfig } from "./kubeconfig-file.ts";
import { createListener, type SeenRequest } from "./listener.ts";
import { createLiveWatches, type LiveWatches } from "./live-watches.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { seedObjects } from "./seed-objects.ts";
import { defaultKinds, type ServedKind } from "./served-kinds.ts";

/** How to start a double. */
export interface ApiServerOptions {
  /** Objects that are there from the start, as `kubectl get -o json` prints them. */
  readonly objects?: readonly unknown[];
  /**
   * Unless told: one user "admin" with the token `adminToken` and the fixtures' client certificate, who may
   * do everything.
   */
  readonly users?: readonly User[];
  readonly kinds?: readonly ServedKind[];
  /** Which certificate it shows; `none` is plain HTTP. */
  readonly certificate?: "server" | "expired" | "none";
  readonly hostname?: "127.0.0.1" | "::1" | "localhost";
  readonly bookmarkEveryMs?: number;
  /** A free one unless told: a server that comes back is at the port where it was. */
  readonly port?: number;
  /** What a server that comes back remembers. */
  readonly store?: ObjectStore;
}

/** A running double. */
export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly kinds: readonly ServedKind[];
  readonly store: ObjectStore;
  readonly faults: Faults;
  /** In the order in which they were answered; watches when they start. */
  readonly requests: readonly SeenRequest[];
  readonly watches: LiveWatches;
  /** How many requests there were of each kind so far: `patch pods/status` -> 2. */
  counts(): ReadonlyMap<string, number>;
  /** How many connections were opened so far. */
  connections(): number;
  /** Stores an object as a seed: with the uid and resourceVersion that it has. */
  seed(object: unknown): void;
  setUsers(users: readonly User[]): void;
  /** A kubeconfig for it; cluster and user may be given other keys. */
  kubeconfig(parts?: { readonly cluster?: Json; readonly user?: Json }): string;
  stop(): Promise<void>;
}

/** The token of the default user. */
export const adminToken = "plures-test-admin-token";

const admin: User = { name: "admin", tokens: [adminToken], clientCertificate: true, rules: everything };

/** Starts an API server double on a loopback port. Stop it when done. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const kinds = options.kinds ?? defaultKinds;
  const store = options.store ?? createObjectStore();
  const faults = createFaults();
  const watches = createLiveWatches();
  const requests: SeenRequest[] = [];
  let users = options.users ?? [admin];
  let connections = 0;

  const serve = createListener({
    store,
    kinds,
    faults,
    watches,
    users: () => users,
    note: (seen) => requests.push(seen),
    bookmarkEveryMs: options.bookmarkEveryMs ?? 60_000,
  });
  const server = createServer(options.certificate ?? "server", serve.listen);
  server.on(options.certificate === "none" ? "connection" : "secureConnection", () => {
    connections += 1;
  });
  const hostname = options.hostname ?? "127.0.0.1";
  await new Promise<void>((resolve) =>
    server.listen(options.port ?? 0, hostname === "localhost" ? "127.0.0.1" : hostname, resolve),
  );
  const { port } = server.address() as AddressInfo; // It listens on a port, not on a socket file.
  const scheme = options.certificate === "none" ? "http" : "https";
  const url = `${scheme}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  seedObjects(store, kinds, options.objects ?? []);
  if (options.store === undefined) store.compact();
  return {
    url,
    port,
    kinds,
    store,
    faults,
    watches,
    requests,
    counts: () => countActions(requests),
    seed: (object) => seedObjects(store, kinds, [object]),
    connections: () => connections,
    setUsers: (now) => {
      users = now;
    },
    kubeconfig: (parts = {}) =>
      renderKubeconfig({
        cluster: { server: url, ...caData(options.certificate), ...parts.cluster },
        user: parts.user ?? { token: adminToken },
      }),
    async stop() {
      serve.stopWatches();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function countActions(requests: readonly SeenRequest[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { action } of requests) {
    if (action === undefined) continue;
    const name = `${action.verb} ${action.resource}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function createServer(certificate: "server" | "expired" | "none", listener: RequestListener): Server {
  if (certificate === "none") return createHttpServer(listener);
  return createHttpsServer(
    {
      cert: readCertificate(`${certificate}.crt`),
      key: readCertificate(`${certificate}.key`),
      ca: readCertificate("ca.crt"),
      requestCert: true,
      // As the real server: who shows no certificate may still have a token.
      rejectUnauthorized: false,
    },
    listener,
  );
}

function caData(certificate: ApiServerOptions["certificate"]): Json {
  if (certificate === "none") return {};
  return { "certificate-authority-data": Buffer.from(readCertificate("ca.crt")).toString("base64") };
}
