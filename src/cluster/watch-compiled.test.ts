// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "../testing/api-server/index.ts";

const network = (name: string) => ({
  apiVersion: "k8s.cni.cncf.io/v1",
  kind: "NetworkAttachmentDefinition",
  metadata: { name, namespace: "default" },
  spec: { config: "{}" },
});

/** Prints how many networks it knows: once they are listed, and when the watch has told of another. */
const program = (kubeconfig: string) => `
import { createWatchedCluster } from ${JSON.stringify(join(import.meta.dir, "watched-cluster.ts"))};
const watched = createWatchedCluster({
  nodeName: "node-a", kubeconfig: ${JSON.stringify(kubeconfig)}, signal: new AbortController().signal,
  log: () => {}, env: {},
});
const view = watched.forRequest({ deadline: () => 5000, signal: new AbortController().signal });
async function main() {
  await watched.ready;
  console.log("listed " + (await view.namespacesOfNetwork("b")).length);
  while ((await view.namespacesOfNetwork("b")).length === 0) await Bun.sleep(5);
  console.log("told");
  process.exit(0);
}
void main();`;

test("a compiled executable lists and watches over TLS", async () => {
  const server = await startApiServer({ objects: [network("a")] });
  const folder = await mkdtemp(join(tmpdir(), "plures-compiled-"));
  try {
    const paths = {
      source: join(folder, "main.ts"),
      out: join(folder, "main"),
      kubeconfig: join(folder, "kc"),
    };
    await writeFile(paths.kubeconfig, server.kubeconfig());
    await writeFile(paths.source, program(paths.kubeconfig));
    const build = [
      process.execPath,
      "build",
      "--compile",
      "--bytecode",
      paths.source,
      "--outfile",
      paths.out,
    ];
    expect(Bun.spawnSync(build, { cwd: folder }).exitCode).toBe(0);
    const child = Bun.spawn([paths.out], { stdout: "pipe", timeout: 10_000 });
    const reader = child.stdout.getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value).trim();
    expect(await next()).toBe("listed 0");
    server.seed(network("b"));
    expect(await next()).toBe("told");
    expect(await child.exited).toBe(0);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}, 20_000);
