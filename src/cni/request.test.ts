// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import recordings from "./fixtures/recorded.json";
import { parseRequest } from "./request.ts";

const environment = {
  CNI_COMMAND: "ADD",
  CNI_CONTAINERID: "c1",
  CNI_NETNS: "/run/netns/a",
  CNI_IFNAME: "eth0",
  CNI_PATH: "/opt/cni/bin",
};
const stdin = '{"cniVersion":"1.1.0","name":"n","type":"multus"}';

test("an ADD has all that the runtime says", () => {
  const variables = { ...environment, CNI_ARGS: "A=1", CNI_PATH: ":/a::/b:", PATH: "/usr/bin" };
  expect(parseRequest(variables, stdin)).toEqual({
    verb: "ADD",
    containerId: "c1",
    netns: "/run/netns/a",
    ifName: "eth0",
    args: "A=1",
    searchPath: ["/a", "/b"],
    cniVersion: "1.1.0",
    stdin,
  });
});

test.each(recordings)("the recorded request of $name is read", (record) => {
  const request = parseRequest(record.env, record.stdin);
  expect(request).toMatchObject({
    verb: record.command,
    containerId: record.env.CNI_CONTAINERID,
    netns: record.env.CNI_NETNS,
    ifName: "eth0",
    args: record.env.CNI_ARGS,
    searchPath: ["/opt/cni/bin"],
    cniVersion: "0.3.1",
    stdin: record.stdin,
  });
});

test.each([
  ["DEL without CNI_NETNS", { CNI_COMMAND: "DEL", CNI_NETNS: undefined }, stdin, { verb: "DEL", netns: "" }],
  ["DEL with an empty CNI_NETNS", { CNI_COMMAND: "DEL", CNI_NETNS: "" }, stdin, { verb: "DEL", netns: "" }],
  ["CHECK at 0.4.0", { CNI_COMMAND: "CHECK" }, '{"cniVersion":"0.4.0"}', { cniVersion: "0.4.0" }],
  ["no cniVersion", {}, "{}", { cniVersion: "0.1.0" }],
  ["an empty cniVersion", {}, '{"cniVersion":""}', { cniVersion: "0.1.0" }],
  [
    "STATUS without a container",
    { CNI_COMMAND: "STATUS", CNI_CONTAINERID: "", CNI_IFNAME: "" },
    stdin,
    { verb: "STATUS", containerId: "" },
  ],
  ["VERSION without input", { CNI_COMMAND: "VERSION" }, "", { verb: "VERSION", cniVersion: "0.1.0" }],
  [
    "VERSION of 0.4.0",
    { CNI_COMMAND: "VERSION", CNI_PATH: "" },
    '{"cniVersion":"0.4.0"}',
    { cniVersion: "0.4.0" },
  ],
  [
    "VERSION of a version to come",
    { CNI_COMMAND: "VERSION" },
    '{"cniVersion":"9.0.0"}',
    { cniVersion: "1.1.0" },
  ],
])("%s is read", (_name, variables, input, expected) => {
  expect(parseRequest({ ...environment, ...variables }, input)).toMatchObject(expected);
});

const kept = [{ containerID: "a", ifname: "eth0" }];

test.each([
  ["cni.dev/valid-attachments", kept, kept],
  ["cni.dev/attachments", kept, kept],
  ["cni.dev/valid-attachments", [], []],
  ["cni.dev/valid-attachments", null, []],
])("GC with %s %j keeps %j", (key, list, expected) => {
  const input = JSON.stringify({ cniVersion: "1.1.0", [key]: list });
  expect(parseRequest({ CNI_COMMAND: "GC", CNI_PATH: "/a" }, input).validAttachments).toEqual(expected);
});

test("the newer spelling of the attachments wins", () => {
  const input = { cniVersion: "1.1.0", "cni.dev/attachments": [], "cni.dev/valid-attachments": kept };
  const request = parseRequest({ CNI_COMMAND: "GC", CNI_PATH: "/a" }, JSON.stringify(input));
  expect(request.validAttachments).toEqual(kept);
});

test.each([
  ["no verb", { CNI_COMMAND: undefined }, stdin, 4, "CNI_COMMAND is not set"],
  ["an unknown verb", { CNI_COMMAND: "add" }, stdin, 4, 'CNI_COMMAND "add" is unknown'],
  [
    "a verb that every object has",
    { CNI_COMMAND: "toString" },
    stdin,
    4,
    'CNI_COMMAND "toString" is unknown',
  ],
  [
    "an ADD with nothing",
    { CNI_CONTAINERID: "", CNI_NETNS: undefined, CNI_IFNAME: "", CNI_PATH: "" },
    stdin,
    4,
    "ADD needs CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_PATH in its environment",
  ],
  [
    "a CHECK without netns",
    { CNI_COMMAND: "CHECK", CNI_NETNS: "" },
    stdin,
    4,
    "CHECK needs CNI_NETNS in its environment",
  ],
  [
    "a DEL without container",
    { CNI_COMMAND: "DEL", CNI_CONTAINERID: "" },
    stdin,
    4,
    "DEL needs CNI_CONTAINERID in its environment",
  ],
  [
    "a GC without path",
    { CNI_COMMAND: "GC", CNI_PATH: "" },
    stdin,
    4,
    "GC needs CNI_PATH in its environment",
  ],
  ["a bad container id", { CNI_CONTAINERID: "../etc" }, stdin, 4, 'CNI_CONTAINERID "../etc" is invalid'],
  [
    "a long interface name",
    { CNI_IFNAME: "abcdefghijklmnop" },
    stdin,
    4,
    'CNI_IFNAME "abcdefghijklmnop" is invalid: it has 16 bytes',
  ],
  ["empty input", {}, "", 6, "standard input: line 1 column 1: the text is empty"],
  ["broken input", {}, '{"a":1,\n}', 6, "standard input: line 2 column 1: take out the comma"],
  ["input that is a list", {}, "[]", 6, "standard input: line 1 column 1: a JSON object"],
  ["broken input of VERSION", { CNI_COMMAND: "VERSION" }, "{", 6, "standard input: line 1"],
  ["an unknown version", {}, '{"cniVersion":"0.5.0"}', 1, 'cniVersion "0.5.0" is not supported'],
  ["a version that is a number", {}, '{"cniVersion":1}', 7, "cniVersion must be a string"],
  ["CHECK of 0.3.1", { CNI_COMMAND: "CHECK" }, '{"cniVersion":"0.3.1"}', 1, "CHECK exists since CNI 0.4.0"],
  ["GC of 1.0.0", { CNI_COMMAND: "GC" }, '{"cniVersion":"1.0.0"}', 1, "GC exists since CNI 1.1.0"],
  [
    "STATUS of 1.0.0",
    { CNI_COMMAND: "STATUS" },
    '{"cniVersion":"1.0.0"}',
    1,
    "STATUS exists since CNI 1.1.0",
  ],
  ["GC without attachments", { CNI_COMMAND: "GC" }, stdin, 7, 'GC needs "cni.dev/valid-attachments"'],
  [
    "GC with strings",
    { CNI_COMMAND: "GC" },
    '{"cniVersion":"1.1.0","cni.dev/valid-attachments":["a"]}',
    7,
    '"cni.dev/valid-attachments" must be a list',
  ],
  [
    "GC with half an attachment",
    { CNI_COMMAND: "GC" },
    '{"cniVersion":"1.1.0","cni.dev/attachments":[{"ifname":"a"}]}',
    7,
    '"cni.dev/attachments" must be a list',
  ],
])("%s is refused", (_name, variables, input, code, message) => {
  const failure = cniErrorOf(() => parseRequest({ ...environment, ...variables }, input));
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(message);
});

test("an unknown version names the known ones", () => {
  expect(cniErrorOf(() => parseRequest(environment, '{"cniVersion":"2.0.0"}')).hint).toBe(
    "use one of 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0",
  );
});
