// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** Networks that may run side by side: by the node's configuration, or by their own word. */
export function describeSideBySide(node: NodeMaker): void {
  describe("side by side", () => {
    const patient = { type: "wait-for-company", company: 2 };
    const interfacesOf = (status: string | undefined) =>
      JSON.parse(status ?? "[]").map((entry: { interface: string }) => entry.interface);

    test("networks that wait for each other start; status and DEL have them in their order", async () => {
      const it = node({
        pods: [aPod("a, b@data0")],
        networks: [aNad("a", patient), aNad("b", patient)],
        config: { attach: "parallel" },
      });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
      expect(interfacesOf(it.record.statuses.get("default/web"))).toEqual(["eth0", "net1", "data0"]);
      expect(it.callLines()[0]).toBe("ADD echo-result eth0");
      // The agent may be another one by then, and the configuration, too: DEL does what was planned.
      expect((await it.request({ verb: "DEL", config: { attach: "sequential" } })).exitCode).toBe(0);
      expect(it.callLines().at(-1)).toBe("DEL echo-result eth0");
      expect(it.callLines().slice(3, 5).toSorted()).toEqual([
        "DEL wait-for-company data0",
        "DEL wait-for-company net1",
      ]);
      expect(it.journal()).toEqual([]);
    });

    test("the annotation of the networks is enough", async () => {
      const annotations = { "plures.io/attach": "parallel" };
      const networks = ["a", "b"].map((name) => ({ ...aNad(name, patient), annotations }));
      const it = node({ pods: [aPod("a,b")], networks });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
    });

    test("one that fails stops the one beside it, and both are taken back", async () => {
      const it = node({
        pods: [aPod("slow, bad, never")],
        networks: [
          aNad("slow", { ...patient, company: 99 }),
          aNad("bad", { type: "fail-with-code", failOn: "ADD", code: 7 }),
          { ...aNad("never"), annotations: { "plures.io/attach": "sequential" } },
        ],
        config: { attach: "parallel" },
      });
      const { stdout, exitCode } = await it.request({ verb: "ADD" });
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout).code).toBe(7);
      expect(JSON.parse(stdout).msg).toContain("net2");
      const calls = it.callLines();
      expect(calls.filter((line) => line.startsWith("DEL")).toSorted()).toEqual([
        "DEL echo-result eth0",
        "DEL fail-with-code net2",
        "DEL wait-for-company net1",
      ]);
      expect(calls.at(-1)).toBe("DEL echo-result eth0");
      expect(calls.join()).not.toContain("net3");
      expect(it.journal()).toEqual([]);
    });
  });
}
