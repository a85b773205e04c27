// SPDX-License-Identifier: Apache-2.0
import { blobPath, jsonBlob, jsonFile, mediaTypes } from "./blob.ts";
import type { Image } from "./oci-image.ts";
import { tarArchive } from "./tar.ts";

/**
 * The archive of one image, or of one for each architecture behind an index: an OCI image layout, which
 * containerd imports under `name`. With one image it has what `docker load` reads, too.
 */
export function imageArchive(images: readonly Image[], name: string): Uint8Array {
  const index = jsonBlob(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: images.map(({ manifest }) => manifest),
  });
  const [only, ...others] = images;
  const top = only !== undefined && others.length === 0 ? only.manifest : index.descriptor;
  const annotations = {
    "io.containerd.image.name": name,
    "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
  };
  const topIndex = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ ...top, annotations }] };
  return tarArchive([
    jsonFile("oci-layout", { imageLayoutVersion: "1.0.0" }),
    jsonFile("index.json", topIndex),
    ...images.flatMap(({ blobs }) => blobs),
    ...(top === index.descriptor ? [index.file] : []),
    ...(top === only?.manifest ? [jsonFile("manifest.json", dockerManifest(only, name))] : []),
  ]);
}

function dockerManifest({ config, layer }: Image, name: string): unknown {
  return [{ Config: blobPath(config.digest), RepoTags: [name], Layers: [blobPath(layer.digest)] }];
}
