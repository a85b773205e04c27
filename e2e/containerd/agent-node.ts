// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Installation, installationFor, type NodeKind } from "../../src/manifests/index.ts";
import { type ApiServer, readCertificate, startApiServer } from "../../src/testing/api-server/index.ts";
import { buildImage } from "../../tools/build-image.ts";
import { imageArchive } from "../../tools/image/image-archive.ts";
import { imageName } from "../../tools/image-name.ts";
import { deploymentOf } from "./agent-deployment.ts";
import { type AgentPod, startAgentPod } from "./agent-pod.ts";
import { startTokenRequests, type TokenRequests, tokenOf } from "./agent-token-requests.ts";
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
  readonly tokenRequests: TokenRequests["asked"];
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
  const { kind, objects, stateDir } = options;
  const workDir = await makeWorkDir();
  const installation = installationFor(kind, { image: imageName });
  const { cniConfDir, cniBinDir } = installation;
  const requestDir = join(workDir, "requests");
  const containerd = await startContainerd({
    workDir,
    cniConfDir,
    cniBinDir,
    stateDir,
    prepare: async (node) => {
      await makeOwnFolders(node);
      await mkdir(node.path(`${installation.kubeletDir}/pod-resources`), { recursive: true });
      await copyPlugins(node.path(cniBinDir), plugins);
      // The first plugin of flannel's network is flannel, which itself calls the bridge.
      await copyFile(node.path(`${cniBinDir}/bridge`), node.path(`${cniBinDir}/flannel`));
      await addRecordedPlugin(node.path(cniBinDir), "bridge", requestDir);
      await writeConfig(node.path(cniConfDir), options.primary.file, options.primary.config);
    },
  });
  try {
    await makeMaster(containerd);
    const archive = join(workDir, "image.tar");
    await Bun.write(archive, agentImage());
    await importImage(containerd, imageName, archive);
    const api = await startApiServer({ objects, certificate: "none" });
    const tokens: string[] = [];
    let applied = deploymentOf(installation);
    const account = () => ({ ...applied.account, tokens });
    const giveToken = (): string => {
      const token = tokenOf(applied.account.name, tokens.length);
      tokens.push(token);
      api.setUsers([account()]);
      return token;
    };
    const networkNamespace = `/proc/${containerd.node.pid}/ns/net`;
    const front = await startTokenRequests({ networkNamespace, api, account, giveToken });
    let pods = 0;
    return {
      containerd,
      api,
      tokenRequests: front.asked,
      startAgentPod(of = installation) {
        pods += 1;
        applied = deploymentOf(of);
        return startAgentPod({
          containerd,
          deployment: applied,
          serviceAccount: { token: giveToken(), ca: readCertificate("ca.crt") },
          identity: {
            nodeName: "node",
            namespace: of.namespace,
            name: `kube-multus-ds-${pods}`,
            uid: `00000000-0000-4000-9000-${String(pods).padStart(12, "0")}`,
            apiServer: { host: "127.0.0.1", port: front.port },
          },
          logDir: join(workDir, "logs"),
        });
      },
      primaryRequests: () => recordedRequests(requestDir),
      async stop() {
        await front.stop();
        await api.stop();
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
