// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readScenario } from "./read-scenario.ts";

const read = (...texts: readonly string[]) =>
  readScenario(texts.map((text, index) => ({ name: `f${index + 1}.yaml`, text })));

const networksKey = "k8s.v1.cni.cncf.io/networks";
const pod = (name: string) => `kind: Pod\nmetadata: {name: ${name}}\n`;

test("a pod and a NAD have what the API server would have given them", () => {
  const { pods, networks } = read(
    `kind: Pod\nmetadata: {name: a, namespace: n, uid: u-1, annotations: {${networksKey}: lan}}`,
    "kind: NetworkAttachmentDefinition\nmetadata: {name: lan}\nspec: {config: '{}'}",
  );
  expect(pods).toEqual([{ namespace: "n", name: "a", uid: "u-1", annotations: { [networksKey]: "lan" } }]);
  expect(networks).toEqual([{ namespace: "default", name: "lan", annotations: {}, config: "{}" }]);
});

const template = `template: {metadata: {annotations: {${networksKey}: lan}}}`;
const makers = [
  ...["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job"].map((kind) => ({
    kind,
    spec: template,
  })),
  { kind: "CronJob", spec: `jobTemplate: {spec: {${template}}}` },
];

for (const { kind, spec } of makers) {
  test(`a ${kind} gives one pod, of its template`, () => {
    const { pods } = read(`kind: ${kind}\nmetadata: {name: a}\nspec: {${spec}}`);
    expect(pods).toMatchObject([{ namespace: "default", name: "a", annotations: { [networksKey]: "lan" } }]);
  });
}

test("pods without UID get one each", () => {
  const uids = read(pod("a"), pod("b"), pod("c")).pods.map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(3);
});

test("what has nothing to do with networks is left aside by name, pods of the host network with the reason", () => {
  const { ignored } = read("kind: Service\nmetadata: {name: s}", `${pod("h")}spec: {hostNetwork: true}`);
  expect(ignored).toEqual([
    { kind: "Service", name: "s", place: "f1.yaml:1", reason: undefined },
    { kind: "Pod", name: "h", place: "f2.yaml:1", reason: expect.stringContaining("network of its node") },
  ]);
});

const bridge = '{"cniVersion":"1.0.0","name":"n","type":"bridge","huge":12345678901234567890}';

test("a CNI configuration is the primary, kept to the byte", () => {
  expect(read(bridge)).toMatchObject({ primary: { place: "f1.yaml", text: bridge }, multus: undefined });
});

for (const text of [
  '{"name":"m","type":"multus","namespaceIsolation":true}',
  '{"name":"m","type":"multus-shim","namespaceIsolation":true}',
  '{"name":"m","plugins":[{"type":"multus","namespaceIsolation":true}]}',
]) {
  test(`${text} is a configuration of Multus`, () => {
    const { multus, primary } = read(text);
    expect(JSON.parse(multus?.text ?? "")).toMatchObject({ namespaceIsolation: true });
    expect(primary).toBeUndefined();
  });
}

const bad = [
  {
    texts: [`kind: Pod\nmetadata:\n  name: a\n  annotations:\n    ${networksKey}: [{name: x}]`],
    message: `f1.yaml:5: document 1: metadata.annotations["${networksKey}"] must be a string, it is a list`,
  },
  {
    texts: ["kind: NetworkAttachmentDefinition\nmetadata: {name: x}\nspec:\n  config: {type: bridge}"],
    message: "f1.yaml:4: document 1: spec.config must be a string, it is a map",
  },
  { texts: ["kind: Pod"], message: "f1.yaml:1: document 1: metadata.name is missing" },
  { texts: [pod("Bad_Name")], message: 'metadata.name "Bad_Name" is no name that Kubernetes allows' },
  { texts: [pod("x"), pod("x")], message: "f2.yaml:1: Pod default/x is in f1.yaml:1 already" },
  {
    texts: [bridge, bridge],
    message: "there are two CNI configurations for the primary network: f1.yaml and f2.yaml",
  },
  { texts: ["hello: world"], message: "it is neither a Kubernetes object nor a CNI configuration" },
  { texts: ['{"name":"x","type":"bridge",}'], message: "f1.yaml: line 1 column 29: take out the comma" },
  { texts: ['{"name":"x","plugins":[]}'], message: "f1.yaml: the network has no plugins" },
  { texts: ["kind: 7"], message: "f1.yaml:1: document 1: kind must be a string, it is the number 7" },
];

for (const { texts, message } of bad) {
  test(`refused with exit code 2: ${message}`, () => {
    expect(() => read(...texts)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => read(...texts)).toThrow(message);
  });
}
