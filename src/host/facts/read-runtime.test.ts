// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readRuntime } from "./read-runtime.ts";

const socket = "/run/containerd/containerd.sock";
const main = "/etc/containerd/config.toml";
const hints = { processes: [], endpoint: undefined, table: { config: undefined, socket: undefined } };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** Protobuf's length-delimited field. */
function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  const length =
    bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) + 128, Math.floor(bytes.length / 128)];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

const version = Buffer.concat([
  field(1, "0.1.0"),
  field(2, "containerd"),
  field(3, "v2.1.9"),
  field(4, "v1"),
]);

function status(cniConfig: object | undefined, ready: boolean): Buffer {
  const isTrue = Buffer.from([2 * 8, 1]);
  const runtimeReady = Buffer.concat([field(1, "RuntimeReady"), isTrue]);
  const network = ready
    ? Buffer.concat([field(1, "NetworkReady"), isTrue])
    : Buffer.concat([
        field(1, "NetworkReady"),
        field(3, "NetworkPluginNotReady"),
        field(4, "cni plugin not initialized"),
      ]);
  const info =
    cniConfig === undefined
      ? []
      : [field(2, Buffer.concat([field(1, "cniconfig"), field(2, JSON.stringify(cniConfig))]))];
  return Buffer.concat([field(1, Buffer.concat([field(1, runtimeReady), field(1, network)])), ...info]);
}

/** A runtime that answers at the machine's socket, as containerd does when it is asked to be verbose. */
async function startRuntime(root: string, answer: Buffer): Promise<void> {
  const server = new Server();
  servers.push(server);
  const call = (name: string) =>
    ({
      path: `/runtime.v1.RuntimeService/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    }) as const;
  const tell: handleUnaryCall<Buffer, Buffer> = ({ request }, done) => {
    const isVerbose = request.equals(Buffer.from([0x08, 0x01]));
    done(null, isVerbose ? answer : Buffer.alloc(0));
  };
  server.addService(
    { Version: call("Version"), Status: call("Status") },
    { Version: ((_, done) => done(null, version)) satisfies handleUnaryCall<Buffer, Buffer>, Status: tell },
  );
  mkdirSync(join(root, dirname(socket)), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error ? reject(error) : resolve());
    server.bindAsync(`unix://${root}${socket}`, ServerCredentials.createInsecure(), done);
  });
}

const says = {
  PluginConfDir: "/etc/cni/net.d",
  PluginDirs: ["/opt/cni/bin"],
  PluginMaxConfNum: 1,
  Networks: [{ Config: { Name: "cni-loopback" } }, { Config: { Name: "multus-cni-network" } }],
};
const fileWith = (dir: string) =>
  `version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "${dir}"\n`;

async function ask(files: Readonly<Record<string, Entry>>, answer: Buffer) {
  using live = machineOf(files, true);
  await startRuntime(live.root, answer);
  return await readRuntime(live.machine, hints);
}

test("the running runtime and its file agree", async () => {
  const runtime = await ask({ [main]: fileWith("/opt/cni/bin") }, status(says, true));
  expect(runtime).toMatchObject({
    name: "containerd",
    version: "v2.1.9",
    binDirs: { value: ["/opt/cni/bin"], from: "cri", file: main },
    confDir: { value: "/etc/cni/net.d", from: "cri" },
    maxConfNum: { value: 1, from: "cri" },
    status: { networkReady: true, loaded: ["multus-cni-network"] },
    conflicts: [],
  });
});

test("the file was changed since the runtime started: the runtime is believed, and that is told", async () => {
  const runtime = await ask({ [main]: fileWith("/usr/lib/cni") }, status(says, true));
  expect(runtime.binDirs).toEqual({ value: ["/opt/cni/bin"], from: "cri" });
  expect(runtime.conflicts).toEqual([expect.stringContaining("was started before the file changed")]);
});

test("a network that is not ready, with its words", async () => {
  const { status: said } = await ask({ [main]: "version = 2\n" }, status(says, false));
  expect(said).toMatchObject({
    networkReady: false,
    reason: "NetworkPluginNotReady",
    message: "cni plugin not initialized",
  });
});

test("a runtime that tells no folders (CRI-O): the files count", async () => {
  const runtime = await ask({ [main]: fileWith("/usr/lib/cni") }, status(undefined, true));
  expect(runtime).toMatchObject({
    binDirs: { value: ["/usr/lib/cni"], from: "file" },
    status: { networkReady: true, loaded: [] },
    conflicts: [],
  });
});

test("a broken file matters less when the runtime tells everything", async () => {
  const runtime = await ask({ [main]: "[plugins\n" }, status(says, true));
  expect(runtime).toMatchObject({
    binDirs: { value: ["/opt/cni/bin"], from: "cri" },
    conflicts: [expect.stringContaining("is no TOML")],
  });
});

test("a broken file and nobody who answers is no default", async () => {
  using live = machineOf({ [main]: "[plugins\n" }, true);
  await expect(readRuntime(live.machine, hints)).rejects.toThrow("is no TOML");
});

test("nobody answers on the live machine: the files count, and that is told", async () => {
  using live = machineOf({ [main]: fileWith("/usr/lib/cni"), [socket]: "" }, true);
  expect(await readRuntime(live.machine, hints)).toMatchObject({
    binDirs: { value: ["/usr/lib/cni"], from: "file" },
    conflicts: [expect.stringContaining("does not answer")],
  });
});

test("the socket of a recorded machine is never asked", async () => {
  using recorded = machineOf({ [main]: fileWith("/usr/lib/cni") });
  await startRuntime(recorded.root, status(says, true));
  const runtime = await readRuntime(recorded.machine, hints);
  expect(runtime).toMatchObject({ binDirs: { value: ["/usr/lib/cni"], from: "file" }, conflicts: [] });
  expect(runtime.status).toBeUndefined();
});
