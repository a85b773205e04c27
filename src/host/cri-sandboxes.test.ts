// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { cniRejectionOf } from "../testing/cni-error-of.ts";
import { listSandboxes } from "./cri-sandboxes.ts";

let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/plures-cri-`);
});
afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
  rmSync(folder, { recursive: true });
});

/** A gRPC server that knows ListPodSandbox of this version of the CRI. */
async function startRuntime(version: string, list: handleUnaryCall<unknown, Buffer>): Promise<string> {
  const server = new Server();
  servers.push(server);
  const ListPodSandbox = {
    path: `/runtime.${version}.RuntimeService/ListPodSandbox`,
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  } as const;
  server.addService({ ListPodSandbox }, { ListPodSandbox: list });
  const socket = `${folder}/cri.sock`;
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error ? reject(error) : resolve());
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), done);
  });
  return socket;
}

/** Protobuf's length-delimited field, of less than 128 bytes. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
};
/** As a runtime encodes it: id, metadata (name), state (not ready), created at. */
const sandbox = (id: string): Buffer =>
  field(1, Buffer.concat([field(1, id), field(2, field(1, "web")), Buffer.from([3 * 8, 1, 4 * 8, 5])]));

const answering =
  (...parts: readonly Buffer[]): handleUnaryCall<unknown, Buffer> =>
  (_, answer) =>
    answer(null, Buffer.concat(parts));

test.each(["v1", "v1alpha2"])("all sandboxes of a runtime that speaks %s, ready or not", async (version) => {
  const socket = await startRuntime(version, answering(sandbox("a1"), sandbox("b2")));
  expect([...(await listSandboxes({ socket }))]).toEqual(["a1", "b2"]);
});

test("a runtime without sandboxes", async () => {
  expect((await listSandboxes({ socket: await startRuntime("v1", answering()) })).size).toBe(0);
});

const unasked: readonly (readonly [string, string, handleUnaryCall<unknown, Buffer>, string])[] = [
  ["is too slow", "v1", () => {}, "no answer in time"],
  ["is no runtime", "v9", answering(), "it knows neither CRI v1 nor v1alpha2"],
  ["answers nonsense", "v1", answering(Buffer.from([10, 99])), "gRPC status"],
  ["names a sandbox without id", "v1", answering(field(1, "")), "gRPC status"],
  [
    "refuses",
    "v1",
    (_, answer) => answer({ code: status.PERMISSION_DENIED, details: "no" }),
    "gRPC status 7",
  ],
];
test.each(unasked)("a runtime that %s cannot be asked", async (_, version, list, sentence) => {
  const socket = await startRuntime(version, list);
  const error = await cniRejectionOf(listSandboxes({ socket, timeoutMs: 300 }));
  expect(error.code).toBe(11);
  expect(error.message).toContain(sentence);
});

test("nobody at the socket", async () => {
  const error = await cniRejectionOf(listSandboxes({ socket: `${folder}/none.sock`, timeoutMs: 2000 }));
  expect(error.message).toBe(
    `cannot ask the container runtime for its sandboxes at "${folder}/none.sock": nobody listens there`,
  );
});
