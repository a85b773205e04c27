// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterAccess, loadAccess, tlsOptions } from "../../cluster/index.ts";
import { type ContractConnection, describeApiServerContract } from "./contract.ts";
import { startApiServer } from "./server.ts";

describeApiServerContract({
  name: "the double",
  async connect() {
    const server = await startApiServer();
    const folder = await mkdtemp(join(tmpdir(), "plures-contract-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, server.kubeconfig());
    const connection = overAccess(await loadAccess({ kubeconfig: path, env: {}, timeoutMs: 5_000 }));
    return {
      ...connection,
      async close() {
        await server.stop();
        await rm(folder, { recursive: true });
      },
    };
  },
});

const realCluster = process.env.PLURES_TEST_KUBECONFIG;
if (realCluster !== undefined && realCluster !== "") {
  describeApiServerContract({
    name: "the cluster of PLURES_TEST_KUBECONFIG",
    async connect() {
      return overAccess(await loadAccess({ kubeconfig: realCluster, env: process.env, timeoutMs: 10_000 }));
    },
  });
}

function overAccess(access: ClusterAccess): ContractConnection {
  const { authorization } = access.credential;
  return {
    async send({ method, path, body, contentType, accept }) {
      const response = await fetch(access.server + path, {
        method,
        proxy: false,
        tls: tlsOptions(access),
        headers: {
          accept: accept ?? "application/json",
          "content-type": contentType ?? "application/json",
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return { status: response.status, body: isJson ? parseLines(text) : text };
    },
    close: async () => {},
  };
}

/** The one document, or the documents of a watch, a line each. */
function parseLines(text: string): unknown {
  const lines = text.trim().split("\n");
  const isWatch = lines.length > 1 && lines.every((line) => line.startsWith("{"));
  return isWatch ? lines.map((line): unknown => JSON.parse(line)) : JSON.parse(text);
}
