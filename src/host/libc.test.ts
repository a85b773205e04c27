// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { openLibc } from "./libc.ts";

test("a failing call tells its reason", () => {
  const { calls, errno, errnoName } = openLibc();
  expect(calls.open("/no/such/file", 0, 0)).toBe(-1);
  expect(errnoName()).toBe("ENOENT");
  expect(calls.close(9999)).toBe(-1);
  expect(errno()).toBe(9);
});

test("a pipe is made, and closed on exec", () => {
  const { calls } = openLibc();
  const ends = new Int32Array(2);
  expect(calls.pipe2(ends, 0o2000000)).toBe(0);
  const [reader = -1, writer = -1] = ends;
  try {
    expect(readlinkSync(`/proc/self/fd/${reader}`)).toStartWith("pipe:");
    expect(calls.fcntl(writer, 1, 0)).toBe(1);
  } finally {
    calls.close(reader);
    calls.close(writer);
  }
});

test("it is opened once", () => {
  expect(openLibc()).toBe(openLibc());
});
