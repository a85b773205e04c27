// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageArchive } from "./image-archive.ts";
import { type Image, ociImage } from "./oci-image.ts";

const files = [
  { path: "usr/bin/plures", bytes: Buffer.from("one"), executable: true },
  { path: "etc/passwd", bytes: Buffer.from("root") },
];
const imageFor = (architecture: Image["architecture"]) => ociImage({ architecture, files, version: "1.2.3" });
const name = "localhost/plures:1.2.3";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "plures-oci-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** The archive unpacked by tar: its folder. */
async function unpacked(images: readonly Image[]): Promise<string> {
  const into = join(dir, crypto.randomUUID());
  await mkdir(into);
  const child = Bun.spawn(["tar", "-xf", "-", "-C", into], { stdin: imageArchive(images, name) });
  expect(await child.exited).toBe(0);
  return into;
}

interface Pointer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

/** Follows a descriptor as a reader does: size and digest must be right. */
async function follow(folder: string, { digest, size }: Pointer): Promise<Uint8Array> {
  const bytes = await Bun.file(join(folder, "blobs", digest.replace(":", "/"))).bytes();
  expect(bytes.length).toBe(size);
  expect(`sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`).toBe(digest);
  return bytes;
}

const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

async function checkImage(folder: string, pointer: Pointer, architecture: string): Promise<void> {
  const manifest = json(await follow(folder, pointer));
  const config = json(await follow(folder, manifest.config));
  expect(config).toMatchObject({ architecture, os: "linux", config: { Entrypoint: ["/usr/bin/plures"] } });
  const tar = Bun.gunzipSync(Buffer.from(await follow(folder, manifest.layers[0])));
  expect(config.rootfs.diff_ids).toEqual([
    `sha256:${new Bun.CryptoHasher("sha256").update(tar).digest("hex")}`,
  ]);
}

describe("every digest leads to what it says", () => {
  test.each([
    ["x64", "amd64"],
    ["arm64", "arm64"],
  ] as const)("%s alone", async (architecture, platform) => {
    const folder = await unpacked([imageFor(architecture)]);
    const [top] = (await Bun.file(join(folder, "index.json")).json()).manifests;
    expect(top.annotations["io.containerd.image.name"]).toBe(name);
    await checkImage(folder, top, platform);
    const [docker] = await Bun.file(join(folder, "manifest.json")).json();
    expect(docker.RepoTags).toEqual([name]);
    for (const path of [docker.Config, ...docker.Layers])
      expect(await Bun.file(join(folder, path)).exists()).toBe(true);
  });

  test("both behind an index", async () => {
    const folder = await unpacked([imageFor("x64"), imageFor("arm64")]);
    const [top] = (await Bun.file(join(folder, "index.json")).json()).manifests;
    const index = json(await follow(folder, top));
    expect(index.manifests.map((row: { platform: unknown }) => row.platform)).toEqual([
      { architecture: "amd64", os: "linux" },
      { architecture: "arm64", os: "linux" },
    ]);
    await checkImage(folder, index.manifests[0], "amd64");
    await checkImage(folder, index.manifests[1], "arm64");
  });
});

test("the same input gives the same bytes, whenever", async () => {
  const first = Bun.hash(imageArchive([imageFor("x64")], name));
  await Bun.sleep(1100);
  expect(Bun.hash(imageArchive([imageFor("x64")], name))).toBe(first);
});
