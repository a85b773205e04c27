// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { version } from "../package.json" with { type: "json" };
import { imageArchive } from "./image/image-archive.ts";
import { type Architecture, imageFiles } from "./image/image-files.ts";
import { type Image, ociImage } from "./image/oci-image.ts";
import { imageName } from "./image-name.ts";

/** The image for `architecture`, of the executables in `dist`. Throws naming what this machine lacks. */
export function buildImage(architecture: Architecture, dist: string): Image {
  return ociImage({ architecture, files: imageFiles(architecture, dist), version });
}

async function writeArchive(dist: string, file: string, images: readonly Image[]): Promise<void> {
  const archive = imageArchive(images, imageName);
  await Bun.write(join(dist, file), archive);
  console.log(`${join(dist, file)}: ${(archive.length / 1e6).toFixed(1)} MB`);
}

if (import.meta.main) {
  const dist = process.argv[2] ?? "dist";
  const images = (["x64", "arm64"] as const).map((architecture) => buildImage(architecture, dist));
  for (const image of images) await writeArchive(dist, `plures-image-${image.architecture}.tar`, [image]);
  await writeArchive(dist, "plures-image.tar", images);
}
