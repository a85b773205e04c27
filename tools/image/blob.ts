// SPDX-License-Identifier: Apache-2.0
import type { TarFile } from "./tar.ts";

/** Reference to a blob (OCI image specification 1.0, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Of what an image consists of. */
export const mediaTypes = {
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  config: "application/vnd.oci.image.config.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
} as const;

/** Bytes with their reference. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly file: TarFile;
}

/** Bytes as a blob. */
export function blob(mediaType: string, bytes: Uint8Array): Blob {
  const digest = digestOf(bytes);
  return { descriptor: { mediaType, digest, size: bytes.length }, file: { path: blobPath(digest), bytes } };
}

/** A value as a blob of JSON. */
export const jsonBlob = (mediaType: string, value: unknown) =>
  blob(mediaType, Buffer.from(JSON.stringify(value)));
/** A value as a file of JSON. */
export const jsonFile = (path: string, value: unknown) => ({
  path,
  bytes: Buffer.from(JSON.stringify(value)),
});
/** Where a blob is in an image layout. */
export const blobPath = (digest: string) => `blobs/${digest.replace(":", "/")}`;

/** As images write it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;
}
