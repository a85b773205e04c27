// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type ServiceDefinition, status } from "@grpc/grpc-js";
import { type CriClient, connectCri } from "./client.ts";

/**
 * Requests and answers in hex, by hand from api.proto: tag = number * 8 + 2 for text and messages, + 0 for
 * numbers.
 */
const rows: readonly {
  readonly call: string;
  readonly ask: (cri: CriClient) => Promise<unknown>;
  readonly request: string;
  readonly answer: string;
  readonly value: unknown;
}[] = [
  {
    call: "/runtime.v1.RuntimeService/Version",
    ask: (cri) => cri.version(),
    request: "",
    answer: `0a05${hex("0.1.0")}120a${hex("containerd")}1a03${hex("1.6")}2202${hex("v1")}`,
    value: { name: "containerd", version: "1.6", apiVersion: "v1" },
  },
  {
    call: "/runtime.v1.RuntimeService/Status",
    ask: (cri) => cri.conditions(),
    request: "",
    answer: `0a160a040a02${hex("Ok")}0a0e0a02${hex("No")}1a03${hex("why")}2203${hex("not")}`,
    value: [
      { type: "Ok", status: false, reason: "", message: "" },
      { type: "No", status: false, reason: "why", message: "not" },
    ],
  },
  {
    call: "/runtime.v1.RuntimeService/RunPodSandbox",
    ask: (cri) =>
      cri.runPodSandbox({ namespace: "ns", name: "po", uid: "id", attempt: 3, cgroupParent: "/c" }),
    request: `0a1a0a0e0a02${hex("po")}1202${hex("id")}1a02${hex("ns")}20031202${hex("po")}42040a02${hex("/c")}`,
    answer: `0a03${hex("abc")}`,
    value: "abc",
  },
  {
    call: "/runtime.v1.RuntimeService/StopPodSandbox",
    ask: (cri) => cri.stopPodSandbox("abc"),
    request: `0a03${hex("abc")}`,
    answer: "",
    value: undefined,
  },
  {
    call: "/runtime.v1.RuntimeService/RemovePodSandbox",
    ask: (cri) => cri.removePodSandbox("abc"),
    request: `0a03${hex("abc")}`,
    answer: "",
    value: undefined,
  },
  {
    call: "/runtime.v1.RuntimeService/PodSandboxStatus",
    ask: (cri) => cri.podSandboxStatus("abc"),
    request: `0a03${hex("abc")}1001`,
    // state 1, created_at that no test reads, two addresses, no info
    answer: `0a1a180120ffffffffffffff7f2a0d0a0431302e3112050a03${hex("::1")}`,
    value: { state: "not ready", ips: ["10.1", "::1"], netns: "", pid: 0 },
  },
  {
    call: "/runtime.v1.RuntimeService/PodSandboxStatus",
    ask: (cri) => cri.podSandboxStatus("abc"),
    request: `0a03${hex("abc")}1001`,
    answer: `0a00${verbose('{"pid":7,"runtimeSpec":{"linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/n"}]}}}')}`,
    value: { state: "ready", ips: [], netns: "/n", pid: 7 },
  },
  {
    call: "/runtime.v1.RuntimeService/ListPodSandbox",
    ask: (cri) => cri.podSandboxes(),
    request: "",
    answer: `0a030a01610a050a01623001`,
    value: ["a", "b"],
  },
  {
    call: "/runtime.v1.ImageService/ImageStatus",
    ask: (cri) => cri.hasImage("img"),
    request: `0a050a03${hex("img")}`,
    answer: `0a040a02${hex("id")}`,
    value: true,
  },
  {
    call: "/runtime.v1.ImageService/ImageStatus",
    ask: (cri) => cri.hasImage("img"),
    request: `0a050a03${hex("img")}`,
    answer: "",
    value: false,
  },
];

describe("CRI client", () => {
  const seen: { call: string; request: string }[] = [];
  let answer: string | Error = "";
  let dir: string;
  let server: Server;
  let cri: CriClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "plures-cri-"));
    const socket = join(dir, "cri.sock");
    server = new Server();
    for (const call of new Set(rows.map((row) => row.call))) {
      server.addService(rawService(call), {
        call: ({ request }: { request: Buffer }, reply: (error: object | null, bytes?: Buffer) => void) => {
          seen.push({ call, request: request.toString("hex") });
          if (answer instanceof Error) reply({ code: status.UNKNOWN, details: answer.message });
          else reply(null, Buffer.from(answer, "hex"));
        },
      });
    }
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
    cri = connectCri(socket);
  });

  afterAll(async () => {
    cri.close();
    server.forceShutdown();
    await rm(dir, { recursive: true });
  });

  test.each(rows)("asks $call and reads the answer", async (row) => {
    answer = row.answer;
    expect(await row.ask(cri)).toEqual(row.value);
    expect(seen.at(-1)).toEqual({ call: row.call, request: row.request });
  });

  test("rejects with the runtime's sentence", async () => {
    answer = new Error("cni plugin not initialized");
    await expect(cri.stopPodSandbox("abc")).rejects.toThrow(
      "calling StopPodSandbox: cni plugin not initialized",
    );
  });

  test("rejects when nobody listens", async () => {
    const nobody = connectCri(join(dir, "nobody.sock"), 1_000);
    await expect(nobody.version()).rejects.toThrow("calling Version: ");
    nobody.close();
  });
});

function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

/** The `info` map with its one entry. */
function verbose(json: string): string {
  const length = (bytes: number) =>
    (bytes < 128 ? [bytes] : [(bytes & 127) | 128, bytes >> 7])
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
  const entry = `0a04${hex("info")}12${length(json.length)}${hex(json)}`;
  return `12${length(entry.length / 2)}${entry}`;
}

function rawService(path: string): ServiceDefinition {
  const same = (bytes: Buffer) => bytes;
  return {
    call: {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
}
