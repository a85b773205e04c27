// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { annotationKeys } from "./annotation-keys.ts";
import { aSelection } from "./builders.ts";
import recordedPods from "./fixtures/recorded-pods.json";
import type { NetworkSelection } from "./selection-types.ts";
import { parseDefaultNetworkAnnotation, parseNetworkSelections } from "./selections.ts";

const read = (annotation: string) => parseNetworkSelections(annotation, "default");

test.each([
  ["", []],
  ["  ", []],
  ["[]", []],
  ["mv-a", [aSelection()]],
  [" mv-a , br-c@data0 ", [aSelection(), aSelection({ name: "br-c", interface: "data0" })]],
  ["storage/mv-a@eth1", [aSelection({ namespace: "storage", interface: "eth1" })]],
  ["mv-a,mv-a", [aSelection(), aSelection()]],
  ["mv.a", [aSelection({ name: "mv.a" })]],
  ['[{"name": "mv-a"}]', [aSelection()]],
  ['\n[{"name": "mv-a", "namespace": "storage"}]\n', [aSelection({ namespace: "storage" })]],
  ['[{"name": "storage/mv-a"}]', [aSelection({ namespace: "storage" })]],
  ['[{"name": "storage/mv-a", "namespace": "storage"}]', [aSelection({ namespace: "storage" })]],
  ['[{"name": "mv-a", "interface": "data0"}]', [aSelection({ interface: "data0" })]],
  ['[{"name": "mv-a", "interfaceRequest": "data0"}]', [aSelection({ interface: "data0" })]],
  ['[{"name": "mv-a", "interface": "", "ips": null}]', [aSelection()]],
  ['[{"Name": "mv-a", "MAC": "02:00:00:00:40:10"}]', [aSelection({ mac: "02:00:00:00:40:10" })]],
  [
    '[{"name": "mv-a", "ips": ["10.1.1.5/24", "fd00::5"]}]',
    [aSelection({ ips: ["10.1.1.5/24", "fd00::5"] })],
  ],
  [
    '[{"name": "mv-a", "infiniband-guid": "c2:11:22:33:44:55:66:77"}]',
    [aSelection({ infinibandGuid: "c2:11:22:33:44:55:66:77" })],
  ],
  [
    '[{"name": "mv-a", "portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "TCP", "hostIP": "::1"}]}]',
    [aSelection({ portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "TCP", hostIP: "::1" }] })],
  ],
  [
    '[{"name": "mv-a", "bandwidth": {"ingressRate": 1000, "ingressBurst": 0}}]',
    [aSelection({ bandwidth: { ingressRate: 1000, ingressBurst: 0 } })],
  ],
  ['[{"name": "mv-a", "deviceID": "0000:03:02.1"}]', [aSelection({ deviceId: "0000:03:02.1" })]],
  ['[{"name": "mv-a", "cni-args": {"a": [1]}}]', [aSelection({ cniArgs: { a: [1] } })]],
  [
    '[{"name": "mv-a", "default-route": ["10.1.1.1", "fd00::1"]}]',
    [aSelection({ defaultRoute: ["10.1.1.1", "fd00::1"] })],
  ],
  ['[{"name": "mv-a", "default-route": []}]', [aSelection({ defaultRoute: [] })]],
  ['[{"name": "mv-a", "ipam-claim-reference": "claim"}]', [aSelection({ ipamClaimReference: "claim" })]],
  ['[{"name": "mv-a", "ip": ["10.1.1.5"], "x": 1}]', [aSelection({ unknownKeys: ["ip", "x"] })]],
])("%s", (annotation, expected) => {
  expect(read(annotation)).toEqual(expected);
});

test.each([
  ["mv-a,UPPER", 'element 2: name "UPPER" is no name of a network'],
  ["mv-a,", 'element 2: "" names no network'],
  ["a/b/c", `element 1: "a/b/c" has more than one '/'`],
  ["a@b@c", `element 1: "a@b@c" has more than one '@'`],
  ["-a", 'element 1: name "-a" is no name of a network'],
  ["STORAGE/a", 'element 1: namespace "STORAGE" is no name of a namespace'],
  [`${"n".repeat(64)}/a`, "element 1: namespace"],
  ["a@sixteen-bytes-xx", "it has 16 bytes, Linux allows 15"],
  ["a@b c", "is no interface name"],
  ['mv-a, {"name": "br-c"}', "mixes a JSON list with a comma list"],
  ['[{"name": "mv-a"}], br-c', "mixes a JSON list with a comma list"],
  ['["mv-a"]', 'element 1: "mv-a" mixes a JSON list with a comma list'],
  ['{"name": "mv-a"}', "is neither a comma list nor a JSON list"],
  ['"mv-a"', "is neither a comma list nor a JSON list"],
  ['[{"name": "mv-a",}]', "line 1 column 18: take out the comma"],
  ["[{'name': 'mv-a'}]", "line 1 column 3"],
  ["[{}]", "element 1: name undefined is no text"],
  ["[7]", "element 1: 7 is no object"],
  ['[{"name": 7}]', "element 1: name 7 is no text"],
  ['[{"name": "mv-a@data0"}]', 'name "mv-a@data0" has an interface in it'],
  ['[{"name": "a/mv-a", "namespace": "b"}]', 'namespace "b" is not the namespace "a"'],
  ['[{"name": "mv-a", "namespace": "B"}]', 'namespace "B" is no name of a namespace'],
  ['[{"name": "mv-a", "interface": "a/b"}]', 'interface "a/b" is no interface name'],
  [
    '[{"name": "mv-a", "interface": "a", "interfaceRequest": "b"}]',
    'interfaceRequest "b" is not the interface "a"',
  ],
  ['[{"name": "mv-a", "mac": "a", "MAC": "b"}]', "is there twice"],
  ['[{"name": "mv-a", "ips": ["10.1.1"]}]', 'element 1: ips "10.1.1" is no IP address'],
  ['[{"name": "mv-a", "ips": ["010.1.1.1/24"]}]', 'ips "010.1.1.1/24" is no IP address'],
  ['[{"name": "mv-a", "ips": ["10.1.1.1/33"]}]', 'ips "10.1.1.1/33" is no IP address'],
  ['[{"name": "mv-a", "ips": "10.1.1.1"}]', 'ips "10.1.1.1" is no list'],
  ['[{"name": "mv-a", "ips": [1]}]', "ips 1 is no IP address"],
  [
    '[{"name": "mv-a"}, {"name": "mv-a", "mac": "02:00:00:00:40"}]',
    'element 2: mac "02:00:00:00:40" is no MAC address',
  ],
  ['[{"name": "mv-a", "infiniband-guid": "02:00:00:00:40:10"}]', "is no InfiniBand GUID"],
  [
    '[{"name": "mv-a", "portMappings": [{"hostPort": 0, "containerPort": 80}]}]',
    "portMappings.hostPort 0 is no port",
  ],
  [
    '[{"name": "mv-a", "portMappings": [{"hostPort": 80}]}]',
    "portMappings.containerPort undefined is no port",
  ],
  [
    '[{"name": "mv-a", "portMappings": [{"hostPort": 1, "containerPort": 1, "protocol": "icmp"}]}]',
    "is no protocol",
  ],
  [
    '[{"name": "mv-a", "portMappings": [{"hostPort": 1, "containerPort": 1, "hostIP": "01.1.1.1"}]}]',
    "portMappings.hostIP",
  ],
  ['[{"name": "mv-a", "portMappings": [80]}]', "80 is no port mapping"],
  ['[{"name": "mv-a", "bandwidth": {"ingressRate": -1}}]', "bandwidth.ingressRate -1 is no amount"],
  ['[{"name": "mv-a", "bandwidth": {"rate": 1}}]', '"rate" is no key of it'],
  ['[{"name": "mv-a", "bandwidth": []}]', "bandwidth [] is no object"],
  ['[{"name": "mv-a", "deviceID": 5}]', "deviceID 5 is no text"],
  ['[{"name": "mv-a", "cni-args": "a=b"}]', 'cni-args "a=b" is no object'],
  [
    '[{"name": "mv-a", "default-route": ["10.1.1.1/24"]}]',
    'default-route "10.1.1.1/24" is no gateway address',
  ],
  ['[{"name": "mv-a", "default-route": "10.1.1.1"}]', 'default-route "10.1.1.1" is no list'],
])("%s is refused", (annotation, sentence) => {
  const error = cniErrorOf(() => read(annotation));
  expect(error.code).toBe(7);
  expect(error.message).toStartWith("annotation k8s.v1.cni.cncf.io/networks");
  expect(error.message).toContain(sentence);
  expect(error.message.length).toBeLessThan(200);
  expect(error.hint).toBeString();
});

test.each(recordedPods.filter((pod) => annotationKeys.networks in pod.annotations))(
  "the recorded pod $name",
  (pod) => {
    const annotation = String(pod.annotations["k8s.v1.cni.cncf.io/networks"]);
    const refused = ["bad-annotation", "bad-ips"].includes(pod.name);
    if (refused) expect(cniErrorOf(() => read(annotation)).code).toBe(7);
    else expect(read(annotation).map(({ name }) => name)).toEqual(namesIn(annotation));
  },
);

function namesIn(annotation: string): string[] {
  if (!annotation.startsWith("[")) return annotation.split(",").map((item) => item.trim().replace(/@.*/, ""));
  return JSON.parse(annotation).map((element: { name: string }) => element.name);
}

const defaultNetworks: [string, NetworkSelection | undefined][] = [
  ["", undefined],
  ["calico", aSelection({ namespace: "kube-system", name: "calico" })],
  ["other/calico", aSelection({ namespace: "other", name: "calico" })],
  [
    '[{"name": "calico", "mac": "02:00:00:00:40:10"}]',
    aSelection({ namespace: "kube-system", name: "calico", mac: "02:00:00:00:40:10" }),
  ],
];

test.each(defaultNetworks)("the default network %s", (annotation, expected) => {
  expect(parseDefaultNetworkAnnotation(annotation, "kube-system")).toEqual(expected);
});

test("a pod has one default network", () => {
  const error = cniErrorOf(() => parseDefaultNetworkAnnotation("a,b", "kube-system"));
  expect(error.message).toBe(
    'annotation v1.multus-cni.io/default-network, element 2: "b" is one network too many',
  );
});

const anything = fc.oneof(
  fc.string(),
  fc.json(),
  fc.array(fc.stringMatching(/^[a-z0-9/@ -]{0,12}$/)).map((items) => items.join(",")),
  fc
    .array(
      fc.record(
        {
          name: fc.oneof(fc.constant("mv-a"), fc.jsonValue()),
          namespace: fc.jsonValue(),
          interface: fc.jsonValue(),
          ips: fc.jsonValue(),
          mac: fc.jsonValue(),
          portMappings: fc.jsonValue(),
          bandwidth: fc.jsonValue(),
          "default-route": fc.jsonValue(),
        },
        { requiredKeys: ["name"] },
      ),
    )
    .map((elements) => JSON.stringify(elements)),
);

test("whatever an annotation says, it is read or refused with code 7", () => {
  fc.assert(
    fc.property(anything, (annotation) => {
      try {
        read(annotation);
      } catch (error) {
        expect(error).toBeInstanceOf(CniError);
        expect(error).toMatchObject({ code: 7 });
      }
    }),
  );
});
