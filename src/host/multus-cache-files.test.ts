// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { createMultusCache } from "./multus-cache-files.ts";

const recordings = `${import.meta.dir}/fixtures/multus-state`;
const plain = "a5712317cdb6be69aa00192050a8572c6bc4d9442d2377d0089d68433aea525b";
const twoNets = "7611b7b988e036311a65620146b537325fbcd2de8d5ede969faa4003c2328b0c";

let cniDir: string;
beforeEach(() => {
  cniDir = mkdtempSync(`${tmpdir()}/plures-multus-`);
  for (const pod of ["plain", "two-nets"]) cpSync(`${recordings}/${pod}`, cniDir, { recursive: true });
});
afterEach(() => rmSync(cniDir, { recursive: true }));

const filesLeft = (): readonly string[] => readdirSync(cniDir, { recursive: true }).map(String).sort();

test("a container's delegates and results are what upstream wrote, to the byte", async () => {
  const files = await createMultusCache(cniDir).read(twoNets);
  expect(files?.delegates).toBe(readFileSync(`${recordings}/two-nets/${twoNets}`, "utf8"));
  const names = [`br-c-${twoNets}-data0`, `cbr0-${twoNets}-eth0`, `mv-a-${twoNets}-net1`];
  expect(files?.results).toEqual(
    names.map((name) => readFileSync(`${recordings}/two-nets/results/${name}`, "utf8")),
  );
});

test("remove takes exactly this container's files", async () => {
  const cache = createMultusCache(cniDir);
  await cache.remove(twoNets);
  expect(filesLeft()).toEqual([plain, "results", `results/cbr0-${plain}-eth0`].sort());
  expect(await cache.read(twoNets)).toBeUndefined();
  await cache.remove(twoNets);
  expect(await cache.read(plain)).toMatchObject({ results: [expect.stringContaining(plain)] });
});

test("a result that only looks like the container's is left alone", async () => {
  writeFileSync(`${cniDir}/short`, "[]");
  writeFileSync(`${cniDir}/results/net-short-other-eth0`, '{"kind":"cniCacheV1","containerId":"other"}');
  const cache = createMultusCache(cniDir);
  expect(await cache.read("short")).toEqual({ delegates: "[]", results: [] });
  await cache.remove("short");
  expect(existsSync(`${cniDir}/results/net-short-other-eth0`)).toBe(true);
  expect(existsSync(`${cniDir}/short`)).toBe(false);
});

test("where upstream never was, it knows nothing", async () => {
  expect(await createMultusCache(`${cniDir}/absent`).read(plain)).toBeUndefined();
  await createMultusCache(`${cniDir}/absent`).remove(plain);
});

test.each(["results/x", "..", ""])("%p is no container id", async (containerId) => {
  await expect(createMultusCache(cniDir).read(containerId)).rejects.toMatchObject({ code: 4 });
  await expect(createMultusCache(cniDir).remove(containerId)).rejects.toMatchObject({ code: 4 });
});

test("a folder where the file must be is an error with a way out", async () => {
  mkdirSync(`${cniDir}/folder`);
  await expect(createMultusCache(cniDir).read("folder")).rejects.toMatchObject({
    code: 5,
    message: `reading the cache of Multus: EISDIR at "${cniDir}/folder"`,
    hint: expect.stringContaining("move that folder away"),
  });
});
