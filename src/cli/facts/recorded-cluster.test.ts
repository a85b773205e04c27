// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import { readRecording, recordingOf } from "./recorded-cluster.ts";

const node = (name: string) => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
const read = (...texts: readonly string[]) =>
  recordingOf(texts.map((text, index) => ({ name: `${index}.json`, text })));

const namesIn = (...texts: readonly string[]) =>
  read(...texts).objects.map(({ kind, metadata }) => `${kind} ${JSON.stringify(metadata)}`);

const item = { metadata: { name: "a" } };
const a = 'Node {"name":"a"}';
const b = 'Node {"name":"b"}';

describe("objects are found", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["alone", [JSON.stringify(node("a"))], [a]],
    [
      "in a List",
      [JSON.stringify({ apiVersion: "v1", kind: "List", items: [node("a"), node("b")] })],
      [a, b],
    ],
    ["in a list of one kind", [JSON.stringify({ apiVersion: "v1", kind: "NodeList", items: [item] })], [a]],
    ["in YAML", ["apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n"], [a]],
    [
      "in YAML of several documents",
      [
        "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n---\n# nothing\n---\napiVersion: v1\nkind: Node\nmetadata: {name: b}",
      ],
      [a, b],
    ],
    [
      "in JSON of several documents",
      [`${JSON.stringify(node("a"))}\n---\n${JSON.stringify(node("b"), null, 1)}\n`],
      [a, b],
    ],
    ["in several files", [JSON.stringify(node("a")), JSON.stringify(node("b"))], [a, b]],
  ])("%s", (_, texts, expected) => {
    expect(namesIn(...texts)).toEqual([...expected]);
  });
});

test("an empty list tells that there is none", () => {
  const { objects, listedKinds } = read('{"kind":"PodList","apiVersion":"v1","items":[]}');
  expect({ objects, kinds: [...listedKinds] }).toEqual({ objects: [], kinds: ["Pod"] });
});

test("a List of any kind does not tell which kinds there are none of", () => {
  expect([...read('{"kind":"List","apiVersion":"v1","items":[]}').listedKinds]).toEqual([]);
});

test.each<[string, string]>([
  ["kubectl get --raw /version", '{"major":"1","minor":"31","gitVersion":"v1.31.2+k3s1"}'],
  [
    "kubectl version -o json",
    '{"clientVersion":{"gitVersion":"v1"},"serverVersion":{"gitVersion":"v1.31.2+k3s1"}}',
  ],
])("the server's version is read as %s prints it", (_, text) => {
  expect(read(text).version).toMatchObject({ gitVersion: "v1.31.2+k3s1" });
});

test("the API groups are read of /apis", () => {
  const text = '{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps"},{"name":"kubevirt.io"}]}';
  expect(read(text).apiGroups).toEqual(["apps", "kubevirt.io"]);
});

test("Secrets, and whatever else is not asked for, are not kept", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { token: "c2VjcmV0" } };
  expect(JSON.stringify(read(JSON.stringify(secret), JSON.stringify(node("a"))))).not.toContain("c2VjcmV0");
});

describe("what is wrong is told with file and field", () => {
  test.each<[string, string, RegExp, RegExp]>([
    ["nothing", "", /^0\.json: is empty$/, /--cluster/],
    ["no YAML", "{", /^0\.json:\d+:\d+: document 1 is neither YAML nor JSON/, /correct it there/],
    ["a text", '"pods"', /^0\.json: is no Kubernetes object$/, /kubectl get/],
    [
      "no kind",
      '{"apiVersion":"v1","metadata":{"name":"a"}}',
      /^0\.json: kind must be a text$/,
      /kubectl get/,
    ],
    [
      "no apiVersion",
      '{"kind":"Node","metadata":{"name":"a"}}',
      /^0\.json: apiVersion must be a text$/,
      /kubectl get/,
    ],
    [
      "no name",
      '{"apiVersion":"v1","kind":"Node","metadata":{}}',
      /^0\.json: metadata\.name must be a text$/,
      /kubectl get/,
    ],
    [
      "no items",
      '{"apiVersion":"v1","kind":"NodeList"}',
      /^0\.json: items must be a list of objects$/,
      /kubectl get/,
    ],
    [
      "an item that is none",
      '{"apiVersion":"v1","kind":"List","items":[3]}',
      /^0\.json: items\[0\]: is no Kubernetes object$/,
      /kubectl get/,
    ],
    [
      "an item without name",
      '{"apiVersion":"v1","kind":"NodeList","items":[{}]}',
      /^0\.json: items\[0\]: metadata\.name must be a text$/,
      /kubectl get/,
    ],
    [
      "the second document",
      `${JSON.stringify(node("a"))}\n---\n{}`,
      /^0\.json: document 2: apiVersion must be a text$/,
      /kubectl get/,
    ],
    [
      "a line of YAML",
      "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n---\nkind: Pod\n",
      /^0\.json:5: apiVersion must be a text$/,
      /kubectl get/,
    ],
    [
      "groups that are none",
      '{"kind":"APIGroupList","groups":[{}]}',
      /^0\.json: groups must be/,
      /kubectl get/,
    ],
    ["a kubeconfig", '{"apiVersion":"v1","kind":"Config","clusters":[]}', /is a kubeconfig/, /--kubeconfig/],
    [
      "a refusal",
      '{"kind":"Status","apiVersion":"v1","message":"pods is forbidden"}',
      /is a refusal of the API server: pods is forbidden/,
      /credentials/,
    ],
    ["a table", '{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[]}', /is a table/, /-o json/],
    [
      "the version of kubectl",
      '{"clientVersion":{"gitVersion":"v1"}}',
      /serverVersion is missing/,
      /reachable/,
    ],
  ])("%s", (_, text, message, hint) => {
    const failure = failureOf(() => read(text));
    expect(failure.message).toMatch(message);
    expect(failure.hint ?? "").toMatch(hint);
    expect(failure.exitCode).toBe(exitCodes.wrongInput);
  });
});

function failureOf(act: () => unknown): CommandFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof CommandFailure) return error;
  }
  throw new Error("no failure came");
}

describe("files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plures-recorded-cluster-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("standard input beside a file", async () => {
    const path = join(folder, "nodes.json");
    await writeFile(path, JSON.stringify(node("a")));
    const recording = await readRecording([path, "-"], async () => JSON.stringify(node("b")));
    expect(recording.objects.length).toBe(2);
    expect(recording.source).toBe(`${path}, standard input`);
  });

  test("a file that is not there is named with the way out", async () => {
    const reading = readRecording([join(folder, "none.json")], async () => "");
    const failure = await reading.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: expect.stringContaining('none.json": there is no such file'),
      hint: expect.stringContaining("--cluster"),
    });
  });
});
