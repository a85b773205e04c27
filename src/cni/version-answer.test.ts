// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { encodeVersionAnswer, parseVersionAnswer } from "./version-answer.ts";

const supportedVersions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

test.each([
  ["0.4.0", "0.4.0"],
  ["1.1.0", "1.1.0"],
  ["5.0.0", "1.1.0"],
  ["", "1.1.0"],
  [undefined, "1.1.0"],
])("asked in %p, the answer is in %s", (requested, cniVersion) => {
  expect(JSON.parse(encodeVersionAnswer(requested))).toEqual({ cniVersion, supportedVersions });
});

test("our own answer can be read", () => {
  expect(parseVersionAnswer(encodeVersionAnswer("1.0.0"))).toEqual(supportedVersions);
});

test.each<[string, string[] | undefined]>([
  ['{"cniVersion":"1.0.0","supportedVersions":["0.3.1","1.0.0"]}\n', ["0.3.1", "1.0.0"]],
  ['{"cniVersion":"9.0.0","supportedVersions":["9.0.0"]}', ["9.0.0"]],
  ['{"cniVersion":"0.2.0"}', ["0.1.0", "0.2.0"]],
  ['{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}', ["0.1.0"]],
  ['{"code":4,"msg":"something else"}', undefined],
  ['{"cniVersion":"1.0.0"}', undefined],
  ['{"cniVersion":"1.0.0","supportedVersions":[]}', undefined],
  ['{"cniVersion":"1.0.0","supportedVersions":[1]}', undefined],
  ['{"cniVersion":"1.0.0","supportedVersions":"1.0.0"}', undefined],
  ["[]", undefined],
  ["", undefined],
  ["usage: plugin", undefined],
])("the answer %j means %j", (stdout, versions) => {
  expect(parseVersionAnswer(stdout)).toEqual(versions);
});
