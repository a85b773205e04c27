// SPDX-License-Identifier: Apache-2.0

/** A regular file of an archive. */
export interface TarFile {
  /** Without slash at the beginning, at most 100 bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** May be run, mode 0755; otherwise 0644. */
  readonly executable?: boolean;
}

const blockSize = 512;

/**
 * A tar archive in the ustar format of POSIX.1-2001: sorted, owned by root, of the time zero, with an entry
 * for each folder. The same files give the same bytes. Throws for a path that does not fit.
 */
export function tarArchive(files: readonly TarFile[]): Uint8Array {
  const folders = [...new Set(files.flatMap(({ path }) => foldersAbove(path)))];
  const entries = [
    ...folders.map((path) => ({ path, mode: 0o755, bytes: new Uint8Array() })),
    ...files.map(({ path, bytes, executable }) => ({
      path,
      mode: executable === true ? 0o755 : 0o644,
      bytes,
    })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const blocks = entries.flatMap((entry) => [header(entry), entry.bytes, padding(entry.bytes.length)]);
  return Buffer.concat([...blocks, new Uint8Array(2 * blockSize)]);
}

/** `a/b/c` -> `a/`, `a/b/`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

function padding(length: number): Uint8Array {
  return new Uint8Array((blockSize - (length % blockSize)) % blockSize);
}

function header(entry: {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}): Uint8Array {
  const { path, mode, bytes } = entry;
  const block = Buffer.alloc(blockSize);
  if (Buffer.byteLength(path) > 100)
    throw new Error(`writing a tar archive: "${path}" is longer than 100 bytes`);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  block.write(path, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(0, 136, 12);
  // The checksum is that of the header with spaces in its place.
  block.fill(" ", 148, 156);
  block.write(path.endsWith("/") ? "5" : "0", 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
