// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, property, string } from "fast-check";
import {
  below,
  folderOf,
  isWithin,
  nameOf,
  PathError,
  parseHostPath,
  parsePodPath,
  tryParseHostPath,
  tryParsePodPath,
  under,
} from "./index.ts";

describe("a text becomes a path", () => {
  const rows = [
    ["/etc/cni/net.d", "/etc/cni/net.d"],
    ["/run/netns/", "/run/netns"],
    ["//opt//cni/./bin//", "/opt/cni/bin"],
    ["/", "/"],
    ["/.", "/"],
    ["/a b/ü", "/a b/ü"],
    ["/etc/..data/x", "/etc/..data/x"],
  ] as const;
  test.each(rows)("%p is %p", (text, path) => {
    expect(String(parseHostPath(text))).toBe(path);
    expect(String(parsePodPath(text))).toBe(path);
  });
});

describe("what is no path is refused with a sentence and a way out", () => {
  const rows = [
    ["", "the path is empty"],
    ["etc/cni/net.d", '"etc/cni/net.d" is not absolute'],
    ["~/cni", '"~/cni" is not absolute'],
    ["$DATA_DIR/cni", '"$DATA_DIR/cni" is not absolute'],
    ["c:\\etc\\cni", '"c:\\\\etc\\\\cni" is a path of Windows'],
    ["/etc/../root", '"/etc/../root" has ".." in it'],
    ["/etc/cni\n", '"/etc/cni\\n" has a control character in it'],
    ["/etc\0", '"/etc\\u0000" has a control character in it'],
  ] as const;
  test.each(rows)("%p", (text, message) => {
    const parsed = tryParseHostPath(text);
    expect(parsed).toMatchObject({ kind: "problem", problem: { message } });
    expect(parsed.kind === "problem" && parsed.problem.hint).toBeTruthy();
    expect(() => parsePodPath(text)).toThrow(PathError);
    expect(() => parsePodPath(text)).toThrow(message);
  });
});

const paths = array(string({ minLength: 1 })).map((names) => `/${names.join("/")}`);
const places = array(constantFrom("etc", "cni", "net.d", "var", "lib"), { maxLength: 5 }).map((names) =>
  parseHostPath(`/${names.join("/")}`),
);

test("parsing what was parsed changes nothing, and a path has no empty or relative part", () => {
  assert(
    property(paths, (text) => {
      const parsed = tryParsePodPath(text);
      if (parsed.kind === "problem") return;
      expect(String(parsePodPath(parsed.path))).toBe(parsed.path);
      expect(parsed.path === "/" || !/\/(?:\.{0,2})(?:\/|$)/.test(parsed.path)).toBe(true);
    }),
  );
});

test("what is below a folder, put under it again, is the path", () => {
  assert(
    property(places, places, (folder, path) => {
      const rest = below(folder, path);
      expect(rest !== undefined).toBe(isWithin(folder, path));
      if (rest !== undefined) expect(under(folder, rest)).toBe(path);
      expect(isWithin(folder, under(folder, `x${path}`))).toBe(true);
    }),
  );
});

test("a folder is left by whole names only", () => {
  const folder = parseHostPath("/etc/cni");
  expect(isWithin(folder, parseHostPath("/etc/cni2"))).toBe(false);
  expect(isWithin(parseHostPath("/"), parseHostPath("/x"))).toBe(true);
  expect(below(folder, parseHostPath("/etc/cni"))).toBe("");
  expect(below(folder, parseHostPath("/etc"))).toBeUndefined();
  expect(() => under(folder, "../x")).toThrow(PathError);
});

test("folder and name", () => {
  expect([
    folderOf(parseHostPath("/a/b")),
    folderOf(parseHostPath("/a")),
    folderOf(parseHostPath("/")),
  ]).toEqual(["/a", "/", "/"].map(parseHostPath));
  expect([nameOf(parseHostPath("/a/b")), nameOf(parseHostPath("/"))]).toEqual(["b", ""]);
});
