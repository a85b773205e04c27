// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { containerIdProblem, interfaceNameProblem, networkNameProblem, pluginTypeProblem } from "./names.ts";

const identifiers: readonly (readonly [name: string, fine: boolean])[] = [
  ["a", true],
  ["0abc", true],
  ["a5712317cdb6be69aa00192050a8572c6bc4d9442d2377d0089d68433aea525b", true],
  ["multus-cni-network", true],
  ["a_b.c-D", true],
  ["", false],
  ["-a", false],
  [".a", false],
  ["_a", false],
  ["a/b", false],
  ["a b", false],
  ["a\n", false],
  ["é", false],
];

test.each(identifiers)("container id and network name %j: fine is %p", (name, fine) => {
  expect(containerIdProblem(name) === undefined).toBe(fine);
  expect(networkNameProblem(name) === undefined).toBe(fine);
});

test.each([
  ["eth0", undefined],
  ["abcdefghijklmno", undefined],
  ["eth0.100", undefined],
  ["...", undefined],
  ["", "it is empty"],
  ["abcdefghijklmnop", "it has 16 bytes, Linux allows 15"],
  ["ééééééée", undefined],
  ["éééééééé", "it has 16 bytes, Linux allows 15"],
  [".", "it must not be '.' or '..'"],
  ["..", "it must not be '.' or '..'"],
  ["a/b", "it must not contain '/', ':' or white space"],
  ["a:1", "it must not contain '/', ':' or white space"],
  ["a b", "it must not contain '/', ':' or white space"],
  ["a\t", "it must not contain '/', ':' or white space"],
])("interface name %j: %p", (name, problem) => {
  expect(interfaceNameProblem(name)).toBe(problem);
});

test.each([
  ["bridge", undefined],
  ["ovn-k8s-cni-overlay", undefined],
  ["x.y", undefined],
  ["", "it is empty"],
  ["../bridge", "it is the bare name of an executable, without '/'"],
  ["/bin/sh", "it is the bare name of an executable, without '/'"],
  ["..", "it is the name of an executable, not of a folder"],
  [".", "it is the name of an executable, not of a folder"],
  ["a b", "it must not contain white space or control characters"],
  ["bridge\n", "it must not contain white space or control characters"],
  ["a\0b", "it must not contain white space or control characters"],
])("plugin type %j: %p", (type, problem) => {
  expect(pluginTypeProblem(type)).toBe(problem);
});
