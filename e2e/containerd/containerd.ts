// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type CriClient, connectCri } from "../../src/testing/cri/index.ts";
import { removeCgroups } from "./cgroups.ts";
import { type ContainerdPaths, containerdConfig } from "./config.ts";
import { type NodeProgram, startNode, type TestNode } from "./node.ts";
import { buildPauseImage, pauseImage } from "./pause-image.ts";
import { waitUntil } from "./processes.ts";

export interface ContainerdOptions {
  /** A folder of the test's own (`makeWorkDir`); containerd gets a folder in it. */
  readonly workDir: string;
  readonly cniConfDir: string;
  /** containerd 1.6 knows one folder of plugins only; it must hold `loopback`. */
  readonly cniBinDir: string;
  /** Where its socket and state are; in its folder when absent. */
  readonly stateDir?: string;
  /** Makes the node ready before containerd starts. */
  readonly prepare?: (node: TestNode) => Promise<void>;
}

/** A running containerd and the node it runs on. */
export interface Containerd {
  readonly cri: CriClient;
  readonly node: TestNode;
  readonly paths: ContainerdPaths;
  /** The cgroup below which all sandboxes must be created. */
  readonly cgroupParent: string;
  /** Everything it said so far. */
  log(): Promise<string>;
  /** Ends containerd, its shims and all pods, and takes their files, mounts, links and cgroups away. */
  stop(): Promise<void>;
}

/**
 * Starts a containerd on a node of its own and waits until its CRI answers and has the sandbox image. Needs
 * root, containerd, runc and busybox-static.
 */
export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const dir = join(options.workDir, "containerd");
  const paths: ContainerdPaths = {
    root: join(dir, "root"),
    state: options.stateDir ?? join(dir, "state"),
    socket: join(options.stateDir ?? dir, "containerd.sock"),
    cniConfDir: options.cniConfDir,
    cniBinDir: options.cniBinDir,
  };
  await mkdir(join(paths.root, "temp"), { recursive: true });
  const configFile = join(dir, "config.toml");
  await Bun.write(configFile, containerdConfig(paths, pauseImage));

  const node = await startNode();
  const logFile = join(dir, "containerd.log");
  const cri = connectCri(node.path(paths.socket));
  const containerd: Containerd = {
    cri,
    node,
    paths,
    cgroupParent: `/${basename(options.workDir)}`,
    log: () => Bun.file(logFile).text(),
    async stop() {
      cri.close();
      await node.stop();
      await removeCgroups(basename(options.workDir));
      await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    await options.prepare?.(node);
    await becomeReady(containerd, node.start(["containerd", "--config", configFile], logFile));
    await importImage(containerd, pauseImage, await buildPauseImage(dir));
    return containerd;
  } catch (cause) {
    const log = await containerd.log();
    await containerd.stop();
    throw new Error(`starting containerd: it did not become ready; its log ends with ${log.slice(-2000)}`, {
      cause,
    });
  }
}

async function becomeReady({ cri, node, paths }: Containerd, daemon: NodeProgram): Promise<void> {
  await waitUntil("containerd answers over CRI", async () => {
    if (daemon.hasEnded()) throw new Error("containerd ended");
    if (!existsSync(node.path(paths.socket))) return false;
    return cri.version().then(
      () => true,
      () => false,
    );
  });
}

/** Imports the image called `name` from an archive, for pods. */
export async function importImage(
  { cri, node, paths }: Pick<Containerd, "cri" | "node" | "paths">,
  name: string,
  archive: string,
): Promise<void> {
  const ctr = ["ctr", "--address", paths.socket, "--namespace", "k8s.io"];
  await node.output([...ctr, "images", "import", "--no-unpack", archive]);
  // CRI learns of the import through an event.
  await waitUntil(`CRI knows the image ${name}`, () => cri.hasImage(name));
}
