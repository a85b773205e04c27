// SPDX-License-Identifier: Apache-2.0

import { blob, type Descriptor, digestOf, jsonBlob, mediaTypes } from "./blob.ts";
import type { Architecture } from "./image-files.ts";
import { type TarFile, tarArchive } from "./tar.ts";

/** One image for one architecture. */
export interface Image {
  readonly architecture: Architecture;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layer: Descriptor;
  readonly blobs: readonly TarFile[];
}

/** Go's names, which images use. */
const goArchitecture = { x64: "amd64", arm64: "arm64" } as const satisfies Record<Architecture, string>;

/** An image with one layer. The same input gives the same bytes. */
export function ociImage(input: {
  readonly architecture: Architecture;
  readonly files: readonly TarFile[];
  readonly version: string;
}): Image {
  const { architecture, files, version } = input;
  const tar = tarArchive(files);
  const layer = blob(mediaTypes.layer, Bun.gzipSync(Buffer.from(tar), { level: 6 }));
  const labels = {
    "org.opencontainers.image.title": "plures",
    "org.opencontainers.image.description":
      "More than one network for pods: the node agent and its CNI plugin",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.version": version,
  };
  const config = jsonBlob(mediaTypes.config, {
    created: "1970-01-01T00:00:00Z",
    architecture: goArchitecture[architecture],
    os: "linux",
    config: {
      User: "0:0",
      Entrypoint: ["/usr/bin/plures"],
      Env: ["PATH=/usr/bin"],
      WorkingDir: "/",
      Labels: labels,
    },
    rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "make image" }],
  });
  const manifest = jsonBlob(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: config.descriptor,
    layers: [layer.descriptor],
    annotations: labels,
  });
  return {
    architecture,
    manifest: {
      ...manifest.descriptor,
      platform: { architecture: goArchitecture[architecture], os: "linux" },
    },
    config: config.descriptor,
    layer: layer.descriptor,
    blobs: [layer.file, config.file, manifest.file],
  };
}
