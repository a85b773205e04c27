// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { cniRejectionOf } from "../testing/cni-error-of.ts";
import { allocatedDevices } from "./pod-resources.ts";
import { decodePodResources } from "./pod-resources-messages.ts";

type Device = readonly [resource: string, ...ids: string[]];
interface SentPod {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly (readonly Device[])[];
}

/** Protobuf's length-delimited field. */
function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

/**
 * As a kubelet encodes it, with fields that we do not read: a container's name, cpu_ids, a device's topology.
 */
function encode(pods: readonly SentPod[]): Buffer {
  const device = ([resource, ...ids]: Device) =>
    field(
      2,
      Buffer.concat([
        field(1, resource),
        ...ids.map((id) => field(2, id)),
        field(3, field(1, Buffer.from([8, 1]))),
      ]),
    );
  const container = (devices: readonly Device[]) =>
    field(
      3,
      Buffer.concat([
        field(1, "c"),
        ...devices.map(device),
        varint(3 * 8),
        varint(300),
        varint(9 * 8 + 5),
        Buffer.alloc(4),
      ]),
    );
  const pod = ({ name, namespace, containers }: SentPod) =>
    field(1, Buffer.concat([field(1, name), field(2, namespace), ...containers.map(container)]));
  return Buffer.concat(pods.map(pod));
}

const pods: readonly SentPod[] = [
  { name: "other", namespace: "default", containers: [[["example.com/nic", "x"]]] },
  { name: "web", namespace: "other", containers: [[["example.com/nic", "y"]]] },
  {
    name: "web",
    namespace: "default",
    containers: [
      [
        ["example.com/nic", "0000:05:00.1", "0000:05:00.0"],
        ["example.com/gpu", "g1"],
      ],
      [["example.com/nic", "0000:06:00.0"]],
    ],
  },
  { name: "plain", namespace: "default", containers: [[]] },
];

let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-kubelet-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.forceShutdown();
  await rm(folder, { recursive: true });
});

/** A gRPC server that knows List of these versions. */
async function startKubelet(
  versions: readonly string[],
  list: handleUnaryCall<unknown, Buffer>,
): Promise<string> {
  const server = new Server();
  servers.push(server);
  for (const version of versions) {
    const List = {
      path: `/${version}.PodResourcesLister/List`,
      requestStream: false,
      responseStream: false,
      requestSerialize: () => Buffer.alloc(0),
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    server.addService({ List }, { List: list });
  }
  const socket = socketIn(folder);
  await mkdir(dirname(socket), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return folder;
}

const socketIn = (kubeletDir: string) => join(kubeletDir, "pod-resources", "kubelet.sock");

const answerPods: handleUnaryCall<unknown, Buffer> = (_, answer) => answer(null, encode(pods));
const web = { namespace: "default", name: "web" };

test.each([[["v1"]], [["v1alpha1"]], [["v1", "v1alpha1"]]])(
  "the devices of a pod, from a kubelet with %p",
  async (versions) => {
    const devices = await allocatedDevices({
      kubeletDir: await startKubelet(versions, answerPods),
      pod: web,
    });
    expect([...devices]).toEqual([
      ["example.com/nic", ["0000:05:00.1", "0000:05:00.0", "0000:06:00.0"]],
      ["example.com/gpu", ["g1"]],
    ]);
  },
);

test.each(["plain", "nosuch"])("the pod %s has no devices", async (name) => {
  const kubeletDir = await startKubelet(["v1"], answerPods);
  expect((await allocatedDevices({ kubeletDir, pod: { namespace: "default", name } })).size).toBe(0);
});

test("a kubelet that is too slow", async () => {
  const kubeletDir = await startKubelet(["v1"], (_, answer) => void setTimeout(answerPods, 2_000, _, answer));
  const before = performance.now();
  const error = await cniRejectionOf(allocatedDevices({ kubeletDir, pod: web, timeoutMs: 200 }));
  expect(performance.now() - before).toBeLessThan(1_500);
  expect(error.message).toContain("no answer in time");
  expect(error.code).toBe(11);
});

test.each<[string, () => Promise<string>, RegExp]>([
  ["no socket", async () => join(folder, "nosuch"), /kubelet.sock": nobody listens there/],
  [
    "a file that is no socket",
    async () => {
      await mkdir(join(folder, "pod-resources"));
      await writeFile(socketIn(folder), "");
      return folder;
    },
    /nobody listens there/,
  ],
  ["neither version", () => startKubelet([], answerPods), /knows neither v1 nor v1alpha1/],
  [
    "a rate limit",
    () => startKubelet(["v1"], (_, answer) => answer({ code: status.RESOURCE_EXHAUSTED })),
    /too many requests/,
  ],
  [
    "garbage",
    () => startKubelet(["v1"], (_, answer) => answer(null, Buffer.from([0x0a, 0xff]))),
    /gRPC status 13/,
  ],
])("%s is an error that names the socket", async (_, makeKubelet, message) => {
  const error = await cniRejectionOf(
    allocatedDevices({ kubeletDir: await makeKubelet(), pod: web, timeoutMs: 2_000 }),
  );
  expect(error.message).toMatch(message);
  expect(error.message).toContain(folder);
  expect(error.hint).toBeDefined();
});

test("what a kubelet encodes is decoded, whatever the names", () => {
  const name = fc.string({ maxLength: 200, unit: "grapheme" });
  const device = fc.tuple(name, name, name);
  const sent = fc.record({
    name,
    namespace: name,
    containers: fc.array(fc.array(device, { maxLength: 3 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 5 }), (all) => {
      const decoded = decodePodResources(encode(all));
      expect(decoded.map((pod) => [pod.name, pod.namespace])).toEqual(
        all.map((pod) => [pod.name, pod.namespace]),
      );
      const ids = decoded.map((pod) => [...pod.devices.values()].flat().sort());
      expect(ids).toEqual(
        all.map((pod) =>
          pod.containers
            .flat()
            .flatMap(([, ...rest]) => rest)
            .sort(),
        ),
      );
    }),
  );
});

test("any other bytes give a RangeError or an answer, at once", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        decodePodResources(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 500 },
  );
});
