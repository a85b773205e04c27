// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type TarFile, tarArchive } from "./tar.ts";

async function tar(args: readonly string[], archive: Uint8Array): Promise<string> {
  const child = Bun.spawn(["tar", ...args], {
    stdin: archive,
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: process.env.PATH, TZ: "UTC", LC_ALL: "C" },
  });
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(error).toBe("");
  return out;
}

const file = (path: string, text: string, executable = false): TarFile => ({
  path,
  bytes: Buffer.from(text),
  executable,
});

test("tar reads what we wrote: sorted, root's, of the time zero, with folders", async () => {
  const archive = tarArchive([
    file("usr/bin/b", "twelve bytes", true),
    file("etc/passwd", ""),
    file("a", "x"),
  ]);
  const lines = (await tar(["-tvf", "-", "--numeric-owner"], archive)).trim().split("\n");
  expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual([
    "-rw-r--r-- 0/0 1 1970-01-01 00:00 a",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00 etc/",
    "-rw-r--r-- 0/0 0 1970-01-01 00:00 etc/passwd",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/bin/",
    "-rwxr-xr-x 0/0 12 1970-01-01 00:00 usr/bin/b",
  ]);
});

test("a file comes out as it went in, whatever its length", async () => {
  const lengths = [0, 1, 511, 512, 513, 1024, 70_000];
  for (const length of lengths) {
    const text = "0123456789".repeat(Math.ceil(length / 10)).slice(0, length);
    expect(await tar(["-xOf", "-", "d/f"], tarArchive([file("d/f", text)]))).toBe(text);
  }
});

test("the order of the files does not matter", () => {
  const files = ["a", "a/b", "a-b", "b/c/d", "b/c"].map((path) => file(`${path}.txt`, path));
  const wanted = tarArchive(files);
  fc.assert(
    fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) =>
      Buffer.from(tarArchive(shuffled)).equals(Buffer.from(wanted)),
    ),
    { numRuns: 30 },
  );
});

test("a path that does not fit is refused", () => {
  expect(() => tarArchive([file("x".repeat(101), "")])).toThrow("is longer than 100 bytes");
  expect(() => tarArchive([file("x".repeat(100), "")])).not.toThrow();
});
