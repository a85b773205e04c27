// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageFiles, libraries } from "./image-files.ts";

let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), "plures-dist-"));
  const names = ofThisMachine === "x64" ? ["plures", "multus"] : ["plures-linux-arm64", "multus-linux-arm64"];
  for (const name of names) await Bun.write(join(dist, name), name);
});
afterAll(() => rm(dist, { recursive: true }));

const ofThisMachine = process.arch === "arm64" ? "arm64" : "x64";
const named = {
  x64: { loader: "lib64/ld-linux-x86-64.so.2", folder: "lib/x86_64-linux-gnu" },
  arm64: { loader: "lib/ld-linux-aarch64.so.1", folder: "lib/aarch64-linux-gnu" },
} as const;

test("the image is these files: no shell, no package manager", () => {
  const { loader, folder } = named[ofThisMachine];
  const files = imageFiles(ofThisMachine, dist);
  const told = files.map(({ path, executable }) => `${path}${executable === true ? " runs" : ""}`);
  expect(told.sort()).toEqual(
    [
      "etc/group",
      "etc/nsswitch.conf",
      "etc/passwd",
      "etc/ssl/certs/ca-certificates.crt",
      ...libraries.map((name) => `${folder}/${name}`),
      `${loader} runs`,
      "usr/bin/multus runs",
      "usr/bin/plures runs",
    ].sort(),
  );
  const certificates = files.find(({ path }) => path.endsWith(".crt"))?.bytes ?? new Uint8Array();
  expect(
    Buffer.from(certificates)
      .toString()
      .match(/BEGIN CERTIFICATE/g)?.length,
  ).toBeGreaterThan(100);
});

test("the image has what Bun's executables are linked against", async () => {
  const child = Bun.spawn(["ldd", process.execPath], {
    stdout: "pipe",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  const needed = [...(await new Response(child.stdout).text()).matchAll(/^\s*(lib\S+) =>/gm)].map(
    ([, name]) => name,
  );
  expect(needed.length).toBeGreaterThan(0);
  for (const name of needed) expect(libraries as readonly string[]).toContain(name ?? "");
});

test("what is missing is named, with the way to get it", () => {
  expect(() => imageFiles("x64", "/nowhere")).toThrow(
    'building the image: "/nowhere/plures" cannot be read; make build',
  );
});
