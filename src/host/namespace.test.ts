// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createNetworkNamespace,
  inNetworkNamespace,
  isNamespaceGone,
  removeNetworkNamespace,
  withNetlink,
} from "./namespace.ts";
import { testNamespace } from "./namespace-testbed.ts";
import { listLinks } from "./netlink/index.ts";

const here = (): string => readlinkSync("/proc/thread-self/ns/net");

test("the work is done inside, and what comes after outside", () => {
  using namespace = testNamespace();
  const home = here();
  const inside = inNetworkNamespace(namespace.path, here);
  expect(inside).toStartWith("net:[");
  expect(inside).not.toBe(home);
  expect(here()).toBe(home);
});

test("an error inside comes out, and we with it", () => {
  using namespace = testNamespace();
  const home = here();
  const fail = (): never => {
    throw new TypeError("inside");
  };
  expect(() => inNetworkNamespace(namespace.path, fail)).toThrow(new TypeError("inside"));
  expect(here()).toBe(home);
});

test("a socket opened inside stays inside, and we outside while we wait", async () => {
  const home = here();
  using namespace = testNamespace(["link add only-here type veth peer name other-end"]);
  const names = await withNetlink(namespace.path, async (netlink) => {
    expect(here()).toBe(home);
    return (await listLinks(netlink)).map(({ name }) => name);
  });
  expect(names).toEqual(expect.arrayContaining(["lo", "only-here", "other-end"]));
  expect((await withNetlink(undefined, listLinks)).map(({ name }) => name)).not.toContain("only-here");
});

test("entering and leaving a thousand times leaves no descriptors open", async () => {
  using namespace = testNamespace();
  const open = (): number =>
    [...new Bun.Glob("*").scanSync({ cwd: "/proc/self/fd", onlyFiles: false })].length;
  const before = open();
  for (let round = 0; round < 1000; round++) await withNetlink(namespace.path, async () => {});
  // Bun opens and closes some of its own meanwhile.
  expect(open()).toBeLessThan(before + 100);
});

test("a namespace is made and removed with its file", () => {
  const folder = mkdtempSync(join(tmpdir(), "plures-netns-"));
  const path = join(folder, "deeper", "pod");
  const home = here();
  createNetworkNamespace(path);
  expect(here()).toBe(home);
  expect(inNetworkNamespace(path, here)).not.toBe(home);
  expect(() => createNetworkNamespace(path)).toThrow(`making the network namespace "${path}": EEXIST`);
  removeNetworkNamespace(path);
  expect(existsSync(path)).toBe(false);
  removeNetworkNamespace(path);
  rmSync(folder, { recursive: true });
});

const absent: readonly (readonly [string, (path: string) => void])[] = [
  ["nothing there", () => {}],
  ["a plain file", (path) => writeFileSync(path, "")],
];

test.each(absent)("a path without namespace is told apart: %s", (_, prepare) => {
  const folder = mkdtempSync(join(tmpdir(), "plures-netns-"));
  const path = join(folder, "pod");
  prepare(path);
  let error: unknown;
  try {
    inNetworkNamespace(path, here);
  } catch (caught) {
    error = caught;
  }
  expect(isNamespaceGone(error)).toBe(true);
  expect(error).toMatchObject({
    message: `entering the network namespace "${path}": there is none at this path`,
  });
  rmSync(folder, { recursive: true });
});

test("who may not enter is told so", () => {
  using namespace = testNamespace();
  // As a user with no rights, in a program of its own.
  const program = `
    import { inNetworkNamespace } from ${JSON.stringify(join(import.meta.dir, "namespace.ts"))};
    try { inNetworkNamespace(${JSON.stringify(namespace.path)}, () => {}); } catch (error) { console.log(error.code, error.message); }`;
  const unprivileged = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"];
  const run = Bun.spawnSync([...unprivileged, process.execPath, "-e", program]);
  expect(run.stdout.toString()).toBe(`5 entering the network namespace "${namespace.path}": EPERM\n`);
});

test("where there is no way back, nothing goes on in the wrong namespace", () => {
  using namespace = testNamespace();
  // The way back is a descriptor, and the work inside closes it.
  const program = `
    import { closeSync, readdirSync, readlinkSync } from "node:fs";
    import { inNetworkNamespace } from ${JSON.stringify(join(import.meta.dir, "namespace.ts"))};
    const isNamespace = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd).startsWith("net:["); } catch { return false; } };
    inNetworkNamespace(${JSON.stringify(namespace.path)}, () => {
      for (const fd of readdirSync("/proc/self/fd").filter(isNamespace)) closeSync(Number(fd));
    });
    console.log("went on");`;
  const run = Bun.spawnSync([process.execPath, "-e", program], { cwd: tmpdir() });
  expect(run.stdout.toString()).toBe("");
  expect(run.stderr.toString()).toStartWith("leaving a network namespace failed with EBADF: stopping here\n");
  expect(run.signalCode).toBe("SIGABRT");
});
