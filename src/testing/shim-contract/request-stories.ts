// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { encodeAgentMessage, socketPathIn } from "../../protocol/index.ts";
import type { StageMaker } from "./index.ts";

/** From the greeting to the answer. */
export function describeRequests(stage: StageMaker): void {
  describe("a request", () => {
    test("the agent gets greeting, environment and standard input, the runtime the answer", async () => {
      const it = await stage();
      const stdin = `{"cniVersion":"1.1.0", "binDir":"${it.binDir}", "daemonSocketDir":"${it.socketDir}", "x": "ü\\n"}\n`;
      const shim = it.start({ verb: "ADD", stdin });
      const line = await it.agent.accept();
      expect(line.greeting).toMatchObject({ lowest: 1, highest: 1, software: expect.stringMatching(/\d/) });
      if (line.opening.kind !== "request") throw new Error(line.opening.kind);
      expect(new TextDecoder().decode(line.opening.stdin)).toBe(stdin);
      const { PATH: _, OTHER: __, ...cni } = it.environment;
      const expected = Object.entries({ CNI_COMMAND: "ADD", ...cni }).map(
        ([key, value]) => `${key}=${value}`,
      );
      expect(line.opening.environment.toSorted()).toEqual(expected.toSorted());
      expect(line.opening.patienceMs).toBeGreaterThan(60_000);
      line.welcome();
      line.answer('{"cniVersion":"1.1.0"}\n');
      expect(await shim.ended).toEqual({ stdout: '{"cniVersion":"1.1.0"}\n', exitCode: 0, signal: null });
      expect(it.handOver()).toBeUndefined();
    });

    const answers = [
      { title: "an error", stdout: '{"code":11,"msg":"try again later"}', exitCode: 1 },
      { title: "nothing", stdout: "", exitCode: 0 },
      { title: "exit code 3", stdout: "something is left\n", exitCode: 3 },
      { title: "1 MiB", stdout: "ü".repeat(512 * 1024), exitCode: 0 },
    ];
    for (const { title, stdout, exitCode } of answers) {
      test(`the runtime gets the answer as it is: ${title}`, async () => {
        const it = await stage();
        const shim = it.start({ verb: "DEL" });
        const line = await it.agent.accept();
        line.welcome();
        line.answer(stdout, exitCode);
        const end = await shim.ended;
        expect(end.exitCode).toBe(exitCode);
        expect(end.stdout === stdout).toBe(true);
      });
    }

    test("standard input of 1.5 MiB arrives whole", async () => {
      const it = await stage();
      const stdin = JSON.stringify({ ...JSON.parse(it.stdin), padding: "x".repeat(1.5 * 1024 * 1024) });
      const shim = it.start({ stdin });
      const line = await it.agent.accept();
      if (line.opening.kind !== "request") throw new Error(line.opening.kind);
      expect(new TextDecoder().decode(line.opening.stdin) === stdin).toBe(true);
      line.welcome();
      line.answer("{}");
      expect(await shim.ended).toMatchObject({ exitCode: 0 });
    });

    test("the answer may come without any step between, byte by byte", async () => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      const bytes = [
        ...encodeAgentMessage({ kind: "welcome", version: 1, software: "slow" }),
        ...encodeAgentMessage({ kind: "answer", exitCode: 0, stdout: Buffer.from("{}") }),
      ];
      for (const byte of bytes) {
        line.sendBytes(Uint8Array.of(byte));
        await Bun.sleep(1);
      }
      expect(await shim.ended).toMatchObject({ stdout: "{}", exitCode: 0 });
    });

    test("steps behind the answer are not taken", async () => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      line.sendBytes(
        Buffer.concat([
          encodeAgentMessage({ kind: "welcome", version: 1, software: "hasty" }),
          encodeAgentMessage({ kind: "answer", exitCode: 0, stdout: Buffer.from("{}") }),
          // So many that one of them would have the time to run.
          ...Array.from({ length: 20 }, (_, id) =>
            encodeAgentMessage({ kind: "run", id, run: it.aRun("count-runs") }),
          ),
        ]),
      );
      expect(await shim.ended).toMatchObject({ stdout: "{}", exitCode: 0 });
      expect(existsSync(`${it.binDir}/count-runs.runs`)).toBe(false);
    });

    test("a sweep names its folders and prints what the agent says", async () => {
      const it = await stage();
      const shim = it.start({ args: ["gc", "--socket-dir", it.socketDir, it.binDir, "/opt/other"] });
      const line = await it.agent.accept();
      expect(line.opening).toMatchObject({ kind: "sweep", searchDirs: [it.binDir, "/opt/other"] });
      line.welcome();
      expect(await line.run(1, it.aRun("echo-result"))).toMatchObject({ kind: "exited", number: 0 });
      expect(await line.look(2, "no-such", ["/opt/cni/bin"])).toMatchObject({ kind: "not-found" });
      expect(await line.look(3, "echo-result", ["/opt/third"])).toMatchObject({ kind: "refused" });
      line.answer("2 leftovers taken away\n", 3);
      expect(await shim.ended).toMatchObject({ stdout: "2 leftovers taken away\n", exitCode: 3 });
    });

    test("the socket of the configuration is used, its folder written in any way", async () => {
      const it = await stage();
      expect(socketPathIn(`${it.socketDir}//`)).toBe(socketPathIn(it.socketDir));
      const shim = it.start({
        stdin: JSON.stringify({ ...JSON.parse(it.stdin), daemonSocketDir: `${it.socketDir}/` }),
      });
      const line = await it.agent.accept();
      line.welcome();
      line.answer("{}");
      expect(await shim.ended).toMatchObject({ exitCode: 0 });
    });
  });
}
