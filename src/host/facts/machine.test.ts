// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { CannotLook } from "./cannot-look.ts";
import { openMachine } from "./machine.ts";

let folder = "";
const root = () => join(folder, "root");
const machine = () => openMachine({ root: root(), live: false });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-machine-"));
  writeFileSync(join(folder, "outside"), "outside");
  mkdirSync(join(root(), "etc/cni/net.d"), { recursive: true });
  mkdirSync(join(root(), "var/snap/current"), { recursive: true });
  writeFileSync(join(root(), "etc/os-release"), "ID=inside\n");
  writeFileSync(join(root(), "var/snap/current/file"), "in the snap");
  symlinkSync("/var/snap/current", join(root(), "etc/absolute"));
  symlinkSync("../../../../../../../../etc/os-release", join(root(), "etc/upwards"));
  symlinkSync(join(folder, "outside"), join(root(), "etc/escape"));
  symlinkSync("../../outside", join(root(), "etc/relative-escape"));
  symlinkSync("circle-b", join(root(), "etc/circle-a"));
  symlinkSync("circle-a", join(root(), "etc/circle-b"));
  for (const name of ["b.conf", "a.conf", "Z.conf", "é.conf", "10-x.conf", "9-x.conf"]) {
    writeFileSync(join(root(), "etc/cni/net.d", name), "");
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a machine of files", () => {
  test.each([
    { name: "a plain file", path: "/etc/os-release", text: "ID=inside\n" },
    { name: "an absolute link is of the machine", path: "/etc/absolute/file", text: "in the snap" },
    { name: "upwards ends at the root", path: "/etc/upwards", text: "ID=inside\n" },
    { name: "upwards in the path itself", path: "/../../etc/os-release", text: "ID=inside\n" },
    { name: "a link to a file outside finds nothing", path: "/etc/escape", text: undefined },
    { name: "a relative link to the outside finds nothing", path: "/etc/relative-escape", text: undefined },
    { name: "nothing", path: "/etc/none", text: undefined },
    { name: "below a file", path: "/etc/os-release/none", text: undefined },
  ])("reads $name", ({ path, text }) => {
    expect(machine().readText(path)).toBe(text as string);
  });

  test("says that links go round in circles", () => {
    expect(() => machine().readText("/etc/circle-a")).toThrow(CannotLook);
    expect(() => machine().readText("/etc/circle-a")).toThrow("circles");
  });

  test("lists in the order of bytes", () => {
    expect(machine().list("/etc/cni/net.d")).toEqual([
      "10-x.conf",
      "9-x.conf",
      "Z.conf",
      "a.conf",
      "b.conf",
      "é.conf",
    ]);
    expect(machine().list("/none")).toBeUndefined();
  });

  test("looks at links before and after they are followed", () => {
    expect(machine().look("/etc/absolute")).toMatchObject({
      linkTarget: "/var/snap/current",
      realPath: "/var/snap/current",
      kind: "folder",
    });
    expect(machine().look("/etc/escape")).toMatchObject({ kind: "dangling-link", realPath: undefined });
    expect(machine().look("/etc/none")).toBeUndefined();
    expect(machine().look("/")).toMatchObject({ kind: "folder", realPath: "/" });
  });

  test("never waits for a pipe and never reads more than it should", () => {
    Bun.spawnSync(["mkfifo", join(root(), "etc/pipe")]);
    expect(() => machine().readText("/etc/pipe")).toThrow("no regular file");
    expect(() => machine().readText("/etc")).toThrow("no regular file");
    expect(machine().readHead("/etc/os-release", 2)?.toString()).toBe("ID");
  });

  test("whatever a link says, nothing outside is read", () => {
    const part = fc.constantFrom("..", ".", "etc", "outside", "absolute", "", "root");
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), fc.boolean(), (parts, absolute) => {
        const link = join(root(), "etc/any");
        rmSync(link, { force: true });
        symlinkSync(`${absolute ? "/" : ""}${parts.join("/") || "."}`, link);
        const place = machine().placeOf("/etc/any");
        expect(place === undefined || `${place}/`.startsWith(`${root()}/`)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

test("what is denied is no absence", () => {
  const locked = join(folder, "locked");
  mkdirSync(join(locked, "etc"), { recursive: true });
  writeFileSync(join(locked, "etc/secret"), "x");
  chmodSync(join(locked, "etc/secret"), 0);
  chmodSync(folder, 0o755);
  const script = `
    const { openMachine } = await import(${JSON.stringify(join(import.meta.dir, "machine.ts"))});
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    try { console.log(openMachine({ root: ${JSON.stringify(locked)}, live: false }).readText("/etc/secret")); }
    catch (error) { console.log(error.message); }`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
  expect(stdout.toString()).toContain('"/etc/secret" cannot be looked at: permission denied (EACCES)');
});
