// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import {
  adminToken,
  certificatePath,
  everything,
  type User,
  upstreamMultusRules,
} from "../../src/testing/api-server/index.ts";
import type { TestNode } from "./node.ts";
import { waitUntil } from "./processes.ts";

/** The API server double on a test node's loopback. */
export interface KubernetesApi {
  readonly server: string;
  podAnnotations(namespace: string, name: string): Promise<Readonly<Record<string, string>>>;
  /** Twice is fine. */
  stop(): Promise<void>;
}

export interface KubernetesApiOptions {
  readonly node: TestNode;
  /** Where its input and log go. */
  readonly dir: string;
  /** Where the kubeconfig goes: for the ServiceAccount of Multus, with the rights that upstream gives it. */
  readonly kubeconfig: string;
  readonly objects: readonly unknown[];
}

const program = join(import.meta.dir, "../../src/testing/api-server/main.ts");
const getProgram = join(import.meta.dir, "api-get.ts");

const users: readonly User[] = [
  {
    name: "system:serviceaccount:kube-system:multus",
    tokens: ["plures-e2e-multus-token"],
    rules: upstreamMultusRules,
  },
  { name: "admin", tokens: [adminToken], rules: everything },
];

/** Starts the double with these objects and writes a kubeconfig for it. */
export async function startKubernetesApi(options: KubernetesApiOptions): Promise<KubernetesApi> {
  const { node, dir, kubeconfig } = options;
  const file = (name: string) => join(dir, name);
  await Bun.write(file("objects.json"), JSON.stringify(options.objects));
  await Bun.write(file("users.json"), JSON.stringify(users));
  const inputs = ["--objects", file("objects.json"), "--users", file("users.json")];
  const command = [process.execPath, program, ...inputs, "--kubeconfig-out", kubeconfig];
  const double = node.start(command, file("api-server.log"));

  const log = () => Bun.file(file("api-server.log")).text();
  await waitUntil("the API server double prints its URL", async () => {
    if (double.hasEnded()) throw new Error(`starting the API server double: ${await log()}`);
    return /^https:\S+\n/.test(await log());
  });
  const server = (await log()).trim();
  return {
    server,
    async podAnnotations(namespace, name) {
      const url = `${server}/api/v1/namespaces/${namespace}/pods/${name}`;
      const get = [process.execPath, getProgram, url, adminToken, certificatePath("ca.crt")];
      // The double answers with the pod that was seeded.
      const pod = JSON.parse(await node.output(get)) as {
        readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      };
      return pod.metadata.annotations ?? {};
    },
    stop: () => double.kill(),
  };
}
