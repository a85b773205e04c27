// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Installation, installationFor, type NodeKind } from "../../src/manifests/index.ts";
import { type ApiServer, readCertificate } from "../../src/testing/api-server/index.ts";
import { buildImage } from "../../tools/build-image.ts";
import { imageArchive } from "../../tools/image/image-archive.ts";
import { imageName } from "../../tools/image-name.ts";
import { type AgentApi, startAgentApi } from "./agent-api.ts";
import { deploymentOf } from "./agent-deployment.ts";
import { type AgentPod, startAgentPod } from "./agent-pod.ts";
import { addRecordedPlugin, copyPlugins, recordedRequests, writeConfig } from "./cni-dirs.ts";
import { type Containerd, importImage, startContainerd } from "./containerd.ts";
import type { TestNode } from "./node.ts";
import { makeMaster } from "./plures-node.ts";
import { makeWorkDir } from "./work-dir.ts";

/** A node of a kind, with a primary network, the image and the API, before anything is installed on it. */
export interface AgentNode {
  readonly containerd: Containerd;
  /** Knows the agent's account, which may do what the manifest says. */
  readonly api: ApiServer;
  /** What the agents asked for tokens of their account. */
  readonly tokenRequests: AgentApi["tokenRequests"];
  /** Starts a pod of the DaemonSet; of one for another installation, with its rights, if told. */
  startAgentPod(installation?: Installation): Promise<AgentPod>;
  /** The environments of the plugin `bridge-recorded`. */
  primaryRequests(): ReturnType<typeof recordedRequests>;
  stop(): Promise<void>;
}

export interface AgentNodeOptions {
  readonly kind: NodeKind;
  /** The primary network and the file it is in. */
  readonly primary: { readonly file: string; readonly config: unknown };
  /** What is in the API. */
  readonly objects: readonly unknown[];
  /** containerd's folder of state, where its socket is. */
  readonly stateDir: string;
}

/** What `make build shim` made, or PLURES_DIST. */
const dist = process.env.PLURES_DIST ?? join(import.meta.dir, "../../dist");
const plugins = ["bridge", "host-local", "loopback", "macvlan", "tuning"];

/** Starts a node as `options` say. Its folders are where such nodes have them, but they are its own. */
export async function startAgentNode(options: AgentNodeOptions): Promise<AgentNode> {
  const workDir = await makeWorkDir();
  const installation = installationFor(options.kind, { image: imageName });
  const { cniConfDir, cniBinDir } = installation;
  const requestDir = join(workDir, "requests");
  const prepare = (node: TestNode) =>
    prepareNode(node, { installation, requestDir, primary: options.primary });
  const { stateDir } = options;
  const containerd = await startContainerd({ workDir, cniConfDir, cniBinDir, stateDir, prepare });
  try {
    await makeMaster(containerd);
    await Bun.write(join(workDir, "image.tar"), agentImage());
    await importImage(containerd, imageName, join(workDir, "image.tar"));
    const cluster = await startAgentApi(containerd.node, options.objects);
    let pods = 0;
    return {
      containerd,
      api: cluster.api,
      tokenRequests: cluster.tokenRequests,
      startAgentPod(of = installation) {
        pods += 1;
        const deployment = deploymentOf(of);
        return startAgentPod({
          containerd,
          deployment,
          serviceAccount: { token: cluster.apply(deployment), ca: readCertificate("ca.crt") },
          identity: {
            nodeName: "node",
            namespace: of.namespace,
            name: `kube-multus-ds-${pods}`,
            uid: `00000000-0000-4000-9000-${String(pods).padStart(12, "0")}`,
            apiServer: { host: "127.0.0.1", port: cluster.port },
          },
          logDir: join(workDir, "logs"),
        });
      },
      primaryRequests: () => recordedRequests(requestDir),
      async stop() {
        await cluster.stop();
        await containerd.stop();
        await rm(workDir, { recursive: true });
      },
    };
  } catch (error) {
    await containerd.stop();
    await rm(workDir, { recursive: true });
    throw error;
  }
}

/** Gives the node what a primary network's installation and the kubelet make there. */
async function prepareNode(
  node: TestNode,
  given: Pick<AgentNodeOptions, "primary"> & {
    readonly installation: Installation;
    readonly requestDir: string;
  },
): Promise<void> {
  const { cniConfDir, cniBinDir, kubeletDir } = given.installation;
  const bin = node.path(cniBinDir);
  await makeOwnFolders(node);
  await mkdir(node.path(`${kubeletDir}/pod-resources`), { recursive: true });
  await copyPlugins(bin, plugins);
  // The first plugin of flannel's network is flannel, which itself calls the bridge.
  await copyFile(join(bin, "bridge"), join(bin, "flannel"));
  await addRecordedPlugin(bin, "bridge", given.requestDir);
  await writeConfig(node.path(cniConfDir), given.primary.file, given.primary.config);
}

async function makeOwnFolders(node: TestNode): Promise<void> {
  const script = join(import.meta.dir, "own-folder.sh");
  const folders = { "/etc": ["cni"], "/opt": ["cni"] };
  for (const [top, names] of Object.entries(folders)) await node.output(["sh", script, top, ...names]);
  // /var/lib is the node's own already.
  for (const name of ["kubelet", "rancher"]) await rm(node.path(`/var/lib/${name}`), { force: true });
}

let archive: Uint8Array | undefined;

function agentImage(): Uint8Array {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  archive ??= imageArchive([buildImage(architecture, dist)], imageName);
  return archive;
}
