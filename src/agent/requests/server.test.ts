// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { encodeShimMessage, type ShimMessage } from "../../protocol/index.ts";
import { type AgentServer, type AgentServerOptions, createAgentServer } from "./server.ts";
import { askFromShim, connectRaw, until } from "./shim-testbed.ts";

let folder: string;
let socketDir: string;
const servers: AgentServer[] = [];
const processes: Bun.Subprocess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-agent-"));
  socketDir = join(folder, "run");
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const child of processes.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const echo: AgentServerOptions["serve"] = async ({ opening }) => ({
  stdout: opening.kind === "request" ? new TextDecoder().decode(opening.stdin) : "swept",
  exitCode: 0,
});

function serve(changes: Partial<AgentServerOptions> = {}): AgentServer {
  const server = createAgentServer({
    socketDir,
    software: "plures test",
    serve: echo,
    log: () => {},
    lookEveryMs: 20,
    ...changes,
  });
  servers.push(server);
  return server;
}

const request = (stdin: string): Extract<ShimMessage, { kind: "request" }> => ({
  kind: "request",
  patienceMs: 5000,
  environment: ["CNI_COMMAND=STATUS"],
  stdin: new TextEncoder().encode(stdin),
});

async function ask(stdin: string): Promise<string> {
  const answer = await askFromShim({ socketDir, opening: request(stdin), searchDirs: [] });
  return "reason" in answer ? answer.reason : answer.stdout;
}

const greeting = (lowest = 1, highest = 1): ShimMessage => ({
  kind: "greeting",
  lowest,
  highest,
  software: "test shim 7",
});

test("a socket for root alone, in a folder for root alone, and no other name", async () => {
  mkdirSync(socketDir, { mode: 0o755 });
  serve();
  expect(statSync(socketDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(socketDir, "multus.sock")).mode & 0o777).toBe(0o600);
  expect(readdirSync(socketDir)).toEqual(["multus.sock"]);
  expect(await ask("hello")).toBe("hello");
});

test("the socket of an agent that was killed, and what it left, is replaced", async () => {
  const program = `
    import { publishSocket } from ${JSON.stringify(join(import.meta.dir, "socket-file.ts"))};
    Bun.listen({ unix: ${JSON.stringify(join(socketDir, ".0123abcd"))}, socket: { data() {} } });
    publishSocket(${JSON.stringify(socketDir)}, (unix) => Bun.listen({ unix, socket: { data() {} } }));
    process.kill(process.pid, "SIGKILL");`;
  mkdirSync(socketDir);
  Bun.spawnSync([process.execPath, "-e", program]);
  expect(readdirSync(socketDir)).toEqual(["multus.sock"]);
  serve();
  expect(await ask("again")).toBe("again");
});

/** An agent in a process of its own, once it serves. */
async function spawnAgent(name: string) {
  const program = join(import.meta.dir, "server-testbed.ts");
  const child = Bun.spawn([process.execPath, program, socketDir, name], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  processes.push(child);
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  expect((await lines.read()).value).toBe("serving\n");
  /** Has it come to nothing for so long. */
  const keepBusy = async (milliseconds: number): Promise<void> => {
    child.stdin.write(`${milliseconds}\n`);
    await child.stdin.flush();
    expect((await lines.read()).value).toBe("busy\n");
  };
  const terminate = async (): Promise<number> => {
    child.kill("SIGTERM");
    return child.exited;
  };
  return { keepBusy, terminate, kill: () => child.kill("SIGKILL") };
}

test("no request is lost while agents replace each other", async () => {
  const answers = new Map<string, number>();
  let goOn = true;
  const hammer = async (): Promise<void> => {
    while (goOn) {
      const answer = await ask("");
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  let agent = await spawnAgent("agent 0");
  const hammers = [0, 1, 2, 3, 4, 5].map(hammer);
  for (const next of ["agent 1", "agent 2", "agent 3"]) {
    await Bun.sleep(150);
    const newer = await spawnAgent(next);
    // As a kubelet does: the older one is told to end once the newer one is ready.
    expect(await agent.terminate()).toBe(0);
    agent = newer;
  }
  await Bun.sleep(150);
  goOn = false;
  await Promise.all(hammers);
  expect([...answers.keys()].toSorted()).toEqual(["agent 0", "agent 1", "agent 2", "agent 3"]);
}, 20_000);

test.each(["left alone", "told to end"])(
  "who had connected to an older agent that was busy is served by it: %s",
  async (then) => {
    const older = await spawnAgent("older");
    await older.keepBusy(300);
    const early = Promise.all(Array.from({ length: 8 }, () => ask("")));
    await Bun.sleep(50);
    await spawnAgent("newer");
    if (then === "told to end") void older.terminate();
    expect(await early).toEqual(Array(8).fill("older"));
    expect(await ask("")).toBe("newer");
  },
  20_000,
);

test("an older agent finishes what it has, and is back when the newer one goes", async () => {
  const release = Promise.withResolvers<void>();
  const older = serve({
    serve: async () => {
      await release.promise;
      return { stdout: "from the older", exitCode: 0 };
    },
  });
  const slow = ask("");
  await until(() => older.connections === 1);
  const newer = serve({ serve: async () => ({ stdout: "from the newer", exitCode: 0 }) });
  expect(await ask("")).toBe("from the newer");
  await until(() => older.role === "standing-by");
  // Long after it stopped listening.
  await Bun.sleep(1200);
  release.resolve();
  expect(await slow).toBe("from the older");
  await older.handedOver;
  await newer.drain(0);
  await until(() => older.role === "serving");
  expect(await ask("")).toBe("from the older");
});

test("an older agent is back when the newer one was killed", async () => {
  const older = serve();
  const newer = await spawnAgent("newer");
  await until(() => older.role === "standing-by");
  newer.kill();
  await until(() => older.role === "serving");
  expect(await ask("from the older")).toBe("from the older");
}, 20_000);

test("long requests and answers come whole", async () => {
  serve();
  const long = "0123456789".repeat(300_000);
  expect((await Promise.all([ask(long), ask(long)])).every((answer) => answer === long)).toBeTrue();
});

test("an agent that ends refuses what is new, finishes what runs, and takes its socket away", async () => {
  const release = Promise.withResolvers<void>();
  const agent = serve({
    serve: async () => {
      await release.promise;
      return { stdout: "finished", exitCode: 0 };
    },
  });
  const slow = ask("");
  await until(() => agent.connections === 1);
  const drained = agent.drain(2000);
  expect(await ask("")).toBe("unasked: it refused: it is shutting down");
  release.resolve();
  expect(await slow).toBe("finished");
  await drained;
  expect(existsSync(join(socketDir, "multus.sock"))).toBeFalse();
});

test("what does not finish in the grace period is its shim's to finish or to take back", async () => {
  const stops: unknown[] = [];
  const agent = serve({
    serve: async ({ opening, hands, closed }) => {
      if (opening.kind === "request" && new TextDecoder().decode(opening.stdin) === "working")
        await hands.netlink("/nowhere", new Uint8Array());
      await new Promise((resolve) => closed.addEventListener("abort", resolve));
      stops.push(opening.kind);
      return { stdout: "too late", exitCode: 0 };
    },
  });
  const asked = [ask("working"), ask("waiting")];
  await until(() => agent.connections === 2);
  await Bun.sleep(50);
  await agent.drain(20);
  expect(await Promise.all(asked)).toEqual([
    expect.stringMatching(/^lost: /),
    expect.stringMatching(/^unasked: /),
  ]);
  await until(() => stops.length === 2);
});

test("a successor's socket is never taken away", async () => {
  const older = serve();
  serve({ serve: async () => ({ stdout: "from the newer", exitCode: 0 }) });
  await older.drain(0);
  expect(await ask("")).toBe("from the newer");
});

test.each([
  [[2, 3], "the shim test shim 7 speaks version 2 to 3 of the protocol, the agent plures test version 1"],
  [[0, 0], "the shim test shim 7 speaks version 0 of the protocol, the agent plures test version 1"],
] as const)("versions %p are refused with both named", async ([lowest, highest], reason) => {
  serve();
  const line = await connectRaw(socketDir);
  line.send(greeting(lowest, highest));
  await line.closed;
  expect(line.got).toEqual([{ kind: "refused", reason: expect.stringContaining(reason) }]);
});

test("a newer shim that still speaks our version is welcome", async () => {
  serve();
  const line = await connectRaw(socketDir);
  line.send(greeting(1, 9));
  line.send(request("x"));
  await line.closed;
  expect(line.got.map(({ kind }) => kind)).toEqual(["welcome", "answer"]);
});

test("who says nothing is not kept", async () => {
  const agent = serve({ greetingMs: 50 });
  const [silent, halfway] = [await connectRaw(socketDir), await connectRaw(socketDir)];
  halfway.send(greeting());
  await Promise.all([silent.closed, halfway.closed]);
  expect(agent.connections).toBe(0);
});

test("who stays after the answer is not kept, whatever it goes on to say", async () => {
  const agent = serve({ greetingMs: 50 });
  const line = await connectRaw(socketDir);
  line.send(greeting());
  line.send(request("x"));
  for (let piece = 0; piece < 50; piece++) line.sendBytes(new Uint8Array(1000).fill(255));
  await until(() => agent.connections === 0);
});

test("who does not read is not kept, and what it was sent neither", async () => {
  const agent = serve({
    serve: async ({ hands }) => {
      const stdin = new Uint8Array(1024 * 1024);
      const run = { timeoutMs: 60_000, plugin: "x", searchDirs: [], environment: [], stdin };
      await Promise.all(Array.from({ length: 20 }, () => hands.run(run)));
      return { stdout: "", exitCode: 0 };
    },
  });
  const line = await connectRaw(socketDir);
  line.deafen();
  line.send(greeting());
  line.send(request("x"));
  await Bun.sleep(50);
  await until(() => agent.connections === 0);
  line.hangUp();
});

const message: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .oneof(
      fc.constant(greeting()),
      fc.constant(request("x")),
      fc.constant({ kind: "cancel" } as const),
      fc.record({
        kind: fc.constant("step-ended" as const),
        id: fc.nat(3),
        ending: fc.record({
          kind: fc.constantFrom("exited", "found", "answered"),
          number: fc.nat(3),
          microseconds: fc.nat(3),
          path: fc.constant("/x"),
          output: fc.uint8Array({ maxLength: 5 }),
          errors: fc.uint8Array({ maxLength: 5 }),
        }),
      }),
    )
    .map((one) => encodeShimMessage(one)),
);

test("any bytes from a shim end in a closed connection, and the agent goes on", async () => {
  const agent = serve({
    greetingMs: 30,
    serve: async ({ hands, cancelled }) => {
      await Promise.race([
        hands.look("bridge", []),
        new Promise((resolve) => cancelled.addEventListener("abort", resolve)),
      ]);
      return { stdout: "done", exitCode: 0 };
    },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (pieces) => {
      const line = await connectRaw(socketDir);
      for (const piece of pieces) line.sendBytes(piece);
      line.hangUp();
      await until(() => agent.connections === 0);
    }),
    { numRuns: 60 },
  );
  const line = await connectRaw(socketDir);
  line.send(greeting(7, 7));
  await line.closed;
  expect(line.got).toMatchObject([{ kind: "refused" }]);
});
