// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { isAlive, readPids, waitUntil } from "../plugins/processes.ts";
import type { StageMaker } from "./index.ts";
import { standIn } from "./stage.ts";

/** The runtime ends the request. */
export function describeSignals(stage: StageMaker): void {
  describe("a signal", () => {
    test("SIGTERM: the agent is told, has its steps still, and its answer counts", async () => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      line.welcome();
      const pids = `${it.folder}/pids`;
      const running = line.run(1, it.aRun("hang-with-child", { config: { pids } }));
      const family = await readPids(pids);
      shim.kill("SIGTERM");
      await line.cancelled;
      expect(family.every(isAlive)).toBe(true);
      line.send({ kind: "stop", id: 1 });
      expect(await running).toMatchObject({ kind: "stopped" });
      const undo = it.aRun("echo-result", { environment: ["CNI_COMMAND=DEL"] });
      expect(await line.run(2, undo)).toMatchObject({ kind: "exited", number: 0 });
      line.answer('{"code":999}', 1);
      expect(await shim.ended).toEqual({ stdout: '{"code":999}', exitCode: 1, signal: null });
      expect(it.handOver()).toBeUndefined();
    });

    test("SIGTERM before the agent's welcome is told as well", async () => {
      const it = await stage();
      const shim = it.start();
      const line = await it.agent.accept();
      shim.kill("SIGTERM");
      await line.cancelled;
      line.welcome();
      line.answer("{}", 1);
      expect(await shim.ended).toMatchObject({ exitCode: 1 });
    });

    for (const { verb, how } of [
      { verb: "ADD", how: "--take-back" },
      { verb: "DEL", how: "--alone" },
    ] as const) {
      test(`SIGTERM, and the agent goes: nobody wants ${verb} begun anew, ${how}`, async () => {
        const it = await stage();
        const shim = it.start({ verb });
        const line = await it.agent.accept();
        shim.kill("SIGTERM");
        await line.cancelled;
        line.hangUp();
        expect(await shim.ended).toEqual({ ...standIn, signal: null });
        expect(it.handOver()?.args).toEqual(["cni", how, expect.stringMatching(/\w{3}/)]);
      });
    }

    for (const signals of [["SIGTERM", "SIGTERM"], ["SIGKILL"]] as const) {
      test(`${signals.join(", then ")} ends shim, plugins and their children`, async () => {
        const it = await stage();
        const shim = it.start();
        const line = await it.agent.accept();
        line.welcome();
        const [one, other] = [`${it.folder}/one`, `${it.folder}/other`];
        // They never end as steps: there is no shim to say so.
        for (const [id, pids] of [one, other].entries()) {
          line.send({ kind: "run", id, run: it.aRun("hang-with-child", { config: { pids } }) });
        }
        const family = [...(await readPids(one)), ...(await readPids(other))];
        // A shim that ties a plugin to itself after its start may still be about to.
        await Bun.sleep(100);
        for (const signal of signals) {
          shim.kill(signal);
          if (signal === "SIGTERM") await line.cancelled;
          await Bun.sleep(20);
        }
        expect((await shim.ended).stdout).toBe("");
        await line.closed;
        await waitUntil(() => !family.some(isAlive));
        expect(it.handOver()).toBeUndefined();
      });
    }
  });
}
