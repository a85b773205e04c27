// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { buildImage } from "../../tools/build-image.ts";
import { imageArchive } from "../../tools/image/image-archive.ts";
import { imageName } from "../../tools/image-name.ts";
import { type Containerd, startContainerd } from "../containerd/containerd.ts";
import { makeWorkDir } from "../containerd/work-dir.ts";

setDefaultTimeout(60_000);

/** What `make build shim` made, or PLURES_DIST. */
const dist = process.env.PLURES_DIST ?? join(import.meta.dir, "../../dist");
const architecture = process.arch === "arm64" ? "arm64" : "x64";

let workDir: string;
let containerd: Containerd;
let archive: string;

beforeAll(async () => {
  workDir = await makeWorkDir();
  for (const folder of ["net.d", "bin"]) await mkdir(join(workDir, folder));
  archive = join(workDir, "image.tar");
  await Bun.write(archive, imageArchive([buildImage(architecture, dist)], imageName));
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

/** Runs `command` in a container of the image to its end; e2e/containerd/agent.test.ts runs its pod. */
function runInImage(id: string, command: readonly string[]): Promise<string> {
  const cgroup = `/${basename(workDir)}/${id}`;
  const how = ["--rm", "--snapshotter", "native", "--cgroup", cgroup, "--read-only"];
  return ctr("run", ...how, imageName, id, ...command);
}

test("containerd has it under its name, for a pod as well", async () => {
  expect(await ctr("images", "ls", "-q")).toContain(`${imageName}\n`);
  expect(await containerd.cri.hasImage(imageName)).toBe(true);
});

test("what it runs without being told is plures", async () => {
  expect(await runInImage("help", [])).toContain("Usage: plures");
  expect(await runInImage("version", ["/usr/bin/plures", "--version"])).toBe(`plures ${version}\n`);
});

test("two builds are the same to the byte", async () => {
  const digest = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const built = imageArchive([buildImage(architecture, dist)], imageName);
  expect(digest(built)).toBe(digest(await Bun.file(archive).bytes()));
});
