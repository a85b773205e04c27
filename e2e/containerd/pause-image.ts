// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runOrThrow } from "./processes.ts";

/** The name under which the sandbox image is imported; nothing is ever pulled from anywhere. */
export const pauseImage = "localhost/plures-e2e/pause:1";

const busybox = "/bin/busybox";

/**
 * Writes an image archive (the format of `docker save`) whose only file is a static busybox that sleeps.
 * Gives the archive's path.
 */
export async function buildPauseImage(dir: string): Promise<string> {
  const layerRoot = join(dir, "layer");
  await mkdir(join(layerRoot, "bin"), { recursive: true });
  await copyFile(busybox, join(layerRoot, "bin/sleep")).catch((cause: unknown) => {
    throw new Error(`building the sandbox image: "${busybox}" cannot be copied; install busybox-static`, {
      cause,
    });
  });
  await pack({ archive: join(dir, "layer.tar"), dir: layerRoot, entries: ["bin"] });

  const layer = new Uint8Array(await Bun.file(join(dir, "layer.tar")).arrayBuffer());
  await Bun.write(join(dir, "config.json"), JSON.stringify(imageConfig(layer)));
  await Bun.write(
    join(dir, "manifest.json"),
    JSON.stringify([{ Config: "config.json", RepoTags: [pauseImage], Layers: ["layer.tar"] }]),
  );
  const archive = join(dir, "pause.tar");
  await pack({ archive, dir, entries: ["manifest.json", "config.json", "layer.tar"] });
  await rm(layerRoot, { recursive: true });
  return archive;
}

function imageConfig(layer: Uint8Array): unknown {
  return {
    architecture: { x64: "amd64", arm64: "arm64" }[process.arch as "x64" | "arm64"],
    os: "linux",
    config: { Entrypoint: ["/bin/sleep", "infinity"], WorkingDir: "/" },
    rootfs: {
      type: "layers",
      diff_ids: [`sha256:${new Bun.CryptoHasher("sha256").update(layer).digest("hex")}`],
    },
  };
}

async function pack({ archive, dir, entries }: { archive: string; dir: string; entries: readonly string[] }) {
  const sameEverywhere = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await runOrThrow(["tar", ...sameEverywhere, "-C", dir, "-cf", archive, ...entries]);
}
