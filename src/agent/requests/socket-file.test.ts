// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishSocket } from "./socket-file.ts";

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "plures-socket-")), "run");
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

const rows = [
  { title: "one that is not there", mode: undefined, files: [], isTaken: true },
  { title: "an empty one, as the kubelet makes it", mode: 0o755, files: [], isTaken: true },
  {
    title: "one that an agent left",
    mode: 0o755,
    files: ["multus.sock", "admin.sock", "admin.sock.7-a", ".0123abcd"],
    isTaken: true,
  },
  { title: "one of root alone, whatever is in it", mode: 0o700, files: ["lock"], isTaken: true },
  { title: "one of others, such as /run", mode: 0o755, files: ["multus.sock", "lock"], isTaken: false },
  { title: "one with a sticky bit, such as /tmp", mode: 0o1777, files: [".hidden"], isTaken: false },
] as const;

test.each(rows)("a socket in $title", ({ mode, files, isTaken }) => {
  if (mode !== undefined) {
    mkdirSync(dir);
    for (const name of files) writeFileSync(join(dir, name), "");
    chmodSync(dir, mode);
  }
  const publish = () => publishSocket(dir, (path) => writeFileSync(path, "stands for a socket"));
  if (!isTaken) {
    expect(publish).toThrow(/is open to others and holds/);
    expect(modeOf(dir)).toBe(mode ?? 0);
    return;
  }
  expect(publish().owner()).toBe("us");
  expect(modeOf(dir)).toBe(0o700);
  expect(modeOf(join(dir, "multus.sock"))).toBe(0o600);
});

test("what the file system refuses is told with the path and a code", () => {
  const publish = () => publishSocket("/proc/absent", () => {});
  expect(publish).toThrow(
    expect.objectContaining({ code: 5, message: expect.stringContaining("/proc/absent") }),
  );
});
