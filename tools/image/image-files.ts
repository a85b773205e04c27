// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TarFile } from "./tar.ts";

/** The architectures as Bun calls them. */
export type Architecture = "x64" | "arm64";

interface Parts {
  /** In dist/. */
  readonly executable: string;
  readonly shim: string;
  readonly loader: string;
  /** Where the image has the C library: Debian's loader looks there. */
  readonly libraryFolder: string;
  /** Where this machine may have it: its own, or that of Debian's cross compiler. */
  readonly sources: readonly string[];
  readonly debianPackage: string;
}

const parts: Readonly<Record<Architecture, Parts>> = {
  x64: {
    executable: "plures",
    shim: "multus",
    loader: "lib64/ld-linux-x86-64.so.2",
    libraryFolder: "lib/x86_64-linux-gnu",
    sources: ["/lib/x86_64-linux-gnu", "/usr/x86_64-linux-gnu/lib"],
    debianPackage: "libc6-amd64-cross",
  },
  arm64: {
    executable: "plures-linux-arm64",
    shim: "multus-linux-arm64",
    loader: "lib/ld-linux-aarch64.so.1",
    libraryFolder: "lib/aarch64-linux-gnu",
    sources: ["/lib/aarch64-linux-gnu", "/usr/aarch64-linux-gnu/lib"],
    debianPackage: "libc6-arm64-cross",
  },
};

/** What the executable is linked against, besides the loader; a test compares it with `ldd`. */
export const libraries = ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"] as const;

const texts: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/:/usr/sbin/nologin\n",
  "etc/group": "root:x:0:\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/** The files of the image; `dist` is the folder of the executables. Throws naming what this machine lacks. */
export function imageFiles(architecture: Architecture, dist: string): readonly TarFile[] {
  const { executable, shim, loader, libraryFolder } = parts[architecture];
  return [
    { path: "usr/bin/plures", bytes: read(join(dist, executable), "make build"), executable: true },
    { path: "usr/bin/multus", bytes: read(join(dist, shim), "make shim"), executable: true },
    { path: loader, bytes: library(architecture, loader.split("/").at(-1) ?? ""), executable: true },
    ...libraries.map((name) => ({ path: `${libraryFolder}/${name}`, bytes: library(architecture, name) })),
    { path: "etc/ssl/certs/ca-certificates.crt", bytes: certificates() },
    ...Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  ];
}

function library(architecture: Architecture, name: string): Uint8Array {
  const { sources, debianPackage } = parts[architecture];
  const folder = sources.find((source) => existsSync(join(source, name)));
  return read(join(folder ?? sources[0] ?? "", name), `apt-get install ${debianPackage}`);
}

const certificateFolder = "/usr/share/ca-certificates/mozilla";

/** Not /etc/ssl/certs: an administrator may have added some for this machine alone. */
function certificates(): Uint8Array {
  if (!existsSync(certificateFolder)) return read(certificateFolder, "apt-get install ca-certificates");
  const names = readdirSync(certificateFolder).sort();
  return Buffer.concat(names.map((name) => readFileSync(join(certificateFolder, name))));
}

function read(path: string, wayOut: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`building the image: "${path}" cannot be read; ${wayOut}`, { cause });
  }
}
