// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PodSpec } from "kubernetes-types/core/v1";
import { version } from "../../package.json" with { type: "json" };
import { buildImage } from "../../tools/build-image.ts";
import { imageArchive } from "../../tools/image/image-archive.ts";
import { imageName } from "../../tools/image-name.ts";
import { type Containerd, startContainerd } from "../containerd/containerd.ts";
import { run } from "../containerd/processes.ts";
import { makeWorkDir } from "../containerd/work-dir.ts";
import { agentPodBelow, ctrOptions, hostMounts } from "./agent-pod.ts";

setDefaultTimeout(60_000);

/** What `make build shim` made, or PLURES_DIST. */
const dist = process.env.PLURES_DIST ?? join(import.meta.dir, "../../dist");
const architecture = process.arch === "arm64" ? "arm64" : "x64";

let workDir: string;
let containerd: Containerd;
let archive: string;
let pod: PodSpec;

beforeAll(async () => {
  workDir = await makeWorkDir();
  for (const folder of ["net.d", "bin"]) await mkdir(join(workDir, folder));
  archive = join(workDir, "image.tar");
  await Bun.write(archive, imageArchive([buildImage(architecture, dist)], imageName));
  pod = agentPodBelow(join(workDir, "node"));
  for (const container of pod.initContainers ?? []) {
    for (const { host } of hostMounts(pod, container)) await mkdir(host, { recursive: true });
  }
  containerd = await startContainerd({
    workDir,
    cniConfDir: join(workDir, "net.d"),
    cniBinDir: join(workDir, "bin"),
  });
  await ctr("images", "import", "--snapshotter", "native", archive);
});

afterAll(async () => {
  await containerd.stop();
  await rm(workDir, { recursive: true });
});

async function ctr(...args: readonly string[]): Promise<string> {
  return containerd.node.output(["ctr", "--address", containerd.paths.socket, "-n", "k8s.io", ...args]);
}

/** Runs `command` in a container of the image to its end. */
function runInImage(id: string, options: readonly string[], command: readonly string[]): Promise<string> {
  const cgroup = `/${basename(workDir)}/${id}`;
  const how = ["--rm", "--snapshotter", "native", "--cgroup", cgroup, ...options];
  return ctr("run", ...how, imageName, id, ...command);
}

test("containerd has it under its name, for a pod as well", async () => {
  expect(await ctr("images", "ls", "-q")).toContain(`${imageName}\n`);
  expect(await containerd.cri.hasImage(imageName)).toBe(true);
});

test("what it runs without being told is plures", async () => {
  expect(await runInImage("help", ["--read-only"], [])).toContain("Usage: plures");
  expect(await runInImage("version", ["--read-only"], ["/usr/bin/plures", "--version"])).toBe(
    `plures ${version}\n`,
  );
});

test("its init container installs what the host can run, as unprivileged as the manifest says", async () => {
  const [installer] = pod.initContainers ?? [];
  if (installer === undefined) throw new Error("the pod has no init container");
  const command = [...(installer.command ?? []), ...(installer.args ?? [])];
  const first = await runInImage("install", ctrOptions(pod, installer), command);
  expect(first.match(/: installed$/gm)).toHaveLength(2);
  const binDir = join(workDir, "node/bin");
  expect((await readdir(binDir)).sort()).toEqual(["multus", "plures"]);
  expect((await run([join(binDir, "plures"), "--version"])).stdout).toBe(`plures ${version}\n`);
  const again = await runInImage("again", ctrOptions(pod, installer), command);
  expect(again.match(/: is there already$/gm)).toHaveLength(2);
});

test("two builds are the same to the byte", async () => {
  const digest = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const built = imageArchive([buildImage(architecture, dist)], imageName);
  expect(digest(built)).toBe(digest(await Bun.file(archive).bytes()));
});
