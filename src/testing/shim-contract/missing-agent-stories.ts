// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, renameSync, rmSync } from "node:fs";
import { encodeAgentMessage, limits, socketPathIn } from "../../protocol/index.ts";
import { isAlive, readPids } from "../plugins/processes.ts";
import type { AgentLine } from "./agent-line.ts";
import type { StageMaker } from "./index.ts";
import { type RunningShim, type ShimStage, standIn } from "./stage.ts";

const oversized = Uint8Array.of(...new Uint8Array(new Uint32Array([limits.frameBytes + 1]).buffer), 135);
const httpAnswer = Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
const unknownType = Uint8Array.of(1, 0, 0, 0, 77);
const zeroLength = new Uint8Array(8);

/** Before anything was done: the shim goes on alone. */
const beforeSteps: readonly (readonly [string, (line: AgentLine, it: ShimStage) => void, RegExp?])[] = [
  ["it hangs up", (line) => line.hangUp()],
  [
    "it refuses",
    (line) => line.send({ kind: "refused", reason: "this agent shuts down" }),
    /this agent shuts down/,
  ],
  [
    "it speaks another version",
    (line) => line.send({ kind: "welcome", version: 2, software: "newer 9.8" }),
    /newer 9\.8/,
  ],
  ["it sends a frame that is too long", (line) => line.sendBytes(oversized)],
  ["it is something else", (line) => line.sendBytes(httpAnswer)],
  ["it sends an unknown message", (line) => line.sendBytes(unknownType)],
  ["it sends a frame without type", (line) => line.sendBytes(zeroLength)],
  ["it begins with a step", (line, it) => line.send({ kind: "run", id: 1, run: it.aRun("count-runs") })],
  ["it begins with the answer", (line) => line.answer("{}")],
  [
    "it hangs up after the welcome",
    (line) => {
      line.welcome();
      line.hangUp();
    },
  ],
  [
    "it sends half a frame and hangs up",
    (line) => {
      line.welcome();
      line.sendBytes(
        encodeAgentMessage({ kind: "answer", exitCode: 0, stdout: new Uint8Array(9) }).subarray(0, 12),
      );
      setTimeout(() => line.hangUp(), 20);
    },
  ],
  [
    "it gives one id to two steps",
    (line, it) => {
      const looks = { kind: "look", id: 1, plugin: "count-runs", searchDirs: [it.binDir] } as const;
      line.welcome();
      line.send(looks);
      line.send(looks);
    },
  ],
  [
    "it greets twice",
    (line) => {
      line.welcome();
      line.welcome();
    },
  ],
];

const places: readonly (readonly [string, (it: ShimStage) => void])[] = [
  ["no folder", (it) => rmSync(it.socketDir, { recursive: true })],
  ["no socket", (it) => rmSync(socketPathIn(it.socketDir))],
  [
    "a socket that nobody listens on",
    (it) => {
      const path = socketPathIn(it.socketDir);
      renameSync(path, `${path}.kept`);
      it.agent.close();
      renameSync(`${path}.kept`, path);
    },
  ],
  ["a folder that everybody may write to", (it) => chmodSync(it.socketDir, 0o777)],
  ["a folder that a group may write to", (it) => chmodSync(it.socketDir, 0o770)],
  ["a folder of somebody else", (it) => chownSync(it.socketDir, 4321, 4321)],
];

/** The agent cannot be asked, or goes away. */
export function describeMissingAgent(stage: StageMaker): void {
  describe("without the agent", () => {
    test.each(places)("%s: the shim goes on alone at once", async (_, spoil) => {
      const it = await stage();
      spoil(it);
      const startedAt = performance.now();
      await expectHandOver(it, it.start(), "--alone");
      expect(performance.now() - startedAt).toBeLessThan(3000);
    });

    test.each(beforeSteps)("%s: the shim goes on alone", async (_, misbehave, reason = /\w{3}/) => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      misbehave(line, it);
      await expectHandOver(it, shim, "--alone", reason);
      await line.closed;
      expect(await Bun.file(`${it.binDir}/count-runs.runs`).exists()).toBe(false);
    });

    test("it says nothing for five seconds: the shim goes on alone", async () => {
      const it = await stage();
      const startedAt = performance.now();
      const shim = it.start();
      await it.agent.accept();
      await expectHandOver(it, shim, "--alone");
      expect(performance.now() - startedAt).toBeWithin(4900, 7000);
    }, 10_000);

    test("it goes after a look: nothing was done, the shim goes on alone", async () => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      line.welcome();
      await line.look(1, "echo-result", [it.binDir]);
      line.hangUp();
      await expectHandOver(it, shim, "--alone");
    });

    const verbs = [
      { verb: "ADD", how: "--take-back" },
      { verb: "DEL", how: "--alone" },
      { verb: "CHECK", how: "--alone" },
      { verb: "GC", how: "--alone" },
      { verb: "STATUS", how: "--alone" },
    ] as const;
    for (const { verb, how } of verbs) {
      test(`it goes during a run of ${verb}: what runs is ended, then ${how}`, async () => {
        const it = await stage();
        const shim = it.start({ verb });
        const line = await it.agent.accept();
        line.welcome();
        const pids = `${it.folder}/pids`;
        line.send({ kind: "run", id: 1, run: it.aRun("hang-with-child", { config: { pids } }) });
        const family = await readPids(pids);
        line.hangUp();
        await expectHandOver(it, shim, how);
        expect(it.handOver()?.alive).toEqual([]);
        expect(family.filter(isAlive)).toEqual([]);
      });
    }

    const lastWords: readonly (readonly [string, (line: AgentLine, it: ShimStage) => Promise<void>])[] = [
      [
        "hangs up after a run",
        async (line, it) => {
          await line.run(1, it.aRun("echo-result"));
          line.hangUp();
        },
      ],
      [
        "sends nonsense after a run",
        async (line, it) => {
          await line.run(1, it.aRun("echo-result"));
          line.sendBytes(oversized);
        },
      ],
      [
        "hangs up after a netlink step",
        async (line) => {
          await line.netlink(1, "/run/netns/plures-absent", new Uint8Array(0));
          line.hangUp();
        },
      ],
    ];
    test.each(lastWords)("an ADD whose agent %s is taken back", async (_, leave) => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      line.welcome();
      await leave(line, it);
      await expectHandOver(it, shim, "--take-back");
    });

    test("2 MiB of standard input reach who goes on", async () => {
      const it = await stage();
      const stdin = JSON.stringify({ ...JSON.parse(it.stdin), padding: "ü".repeat(1024 * 1024) });
      const shim = it.start({ stdin });
      (await it.agent.accept()).hangUp();
      await expectHandOver(it, shim, "--alone", /\w{3}/, stdin);
    });

    test("more standard input than a frame holds: the shim goes on alone with all of it", async () => {
      const it = await stage();
      const stdin = JSON.stringify({ ...JSON.parse(it.stdin), padding: "x".repeat(limits.frameBytes) });
      await expectHandOver(it, it.start({ stdin }), "--alone", /\w{3}/, stdin);
    });

    test.each(["", "not JSON", '{"daemonSocketDir": 7}', "[]"])(
      "configuration %p: somebody says what is wrong",
      async (stdin) => {
        const it = await stage();
        const shim = it.start({ stdin });
        expect([0, standIn.exitCode]).toContain((await shim.ended).exitCode ?? -1);
        expect(it.handOver()).toMatchObject({ stdin });
      },
    );
  });
}

async function expectHandOver(
  it: ShimStage,
  shim: RunningShim,
  how: "--alone" | "--take-back",
  reason = /\w{3}/,
  stdin = it.stdin,
): Promise<void> {
  expect(await shim.ended).toEqual({ ...standIn, signal: null });
  const handOver = it.handOver();
  expect(handOver?.args).toEqual(["cni", how, expect.stringMatching(reason)]);
  expect(handOver?.stdin === stdin).toBe(true);
  const given = Object.entries(it.environment).map(([key, value]) => `${key}=${value}`);
  const seen = handOver?.environment.filter((line) => !line.startsWith("CNI_COMMAND=")) ?? [];
  expect(seen.toSorted()).toEqual(given.toSorted());
}
