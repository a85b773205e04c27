// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** ADD that must fail: a pod is attached to all of its networks or to none. */
export function describeRefusals(node: NodeMaker): void {
  describe("ADD refused", () => {
    test("a failing network takes all back, names pod and network, and leaves nothing", async () => {
      const it = node({
        pods: [aPod("a,bad")],
        networks: [aNad("a"), aNad("bad", { type: "fail-with-code", failOn: "ADD", code: 11 })],
      });
      const { stdout, exitCode } = await it.request({ verb: "ADD" });
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ code: 11, msg: expect.stringContaining("pod default/web") });
      expect(JSON.parse(stdout).msg).toContain("default/bad");
      expect(it.callLines().slice(3)).toEqual([
        "DEL fail-with-code net2",
        "DEL echo-result net1",
        "DEL echo-result eth0",
      ]);
      expect(it.journal()).toEqual([]);
    });

    test("what cannot be taken back stays in the journal, and DEL finishes it", async () => {
      const stubborn = { type: "fail-with-code", failOn: "DEL", code: 5 };
      const it = node({
        pods: [aPod("stuck,bad")],
        networks: [aNad("stuck", stubborn), aNad("bad", { type: "fail-with-code", failOn: "ADD" })],
      });
      const { stdout } = await it.request({ verb: "ADD" });
      expect(JSON.parse(stdout).details).toContain("left for DEL");
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(1);
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
      it.write("bin/fail-with-code", readFileSync(`${it.folder}/bin/echo-result`, "utf8"));
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.journal()).toEqual([]);
    });

    test("a missing plugin is told before anything runs", async () => {
      const networks = [
        aNad("a"),
        aNad("b", { type: "macvlan" }),
        aNad("c", { ipam: { type: "whereabouts" } }),
      ];
      const it = node({ pods: [aPod("a,b"), aPod("a,c", { name: "other" })], networks });
      const { stdout } = await it.request({ verb: "ADD" });
      expect(JSON.parse(stdout).msg).toContain("plugin macvlan");
      const ipam = await it.request({ verb: "ADD", pod: "default/other" });
      expect(JSON.parse(ipam.stdout).msg).toContain("plugin whereabouts");
      expect([it.calls(), it.journal()]).toEqual([[], []]);
    });

    test("a plugin that refuses DEL in the words in which it refused ADD has left nothing", async () => {
      const it = node({ pods: [aPod("bad")], networks: [aNad("bad", { type: "fail-with-code" })] });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(1);
      expect(it.callLines()).toContain("DEL fail-with-code net1");
      expect(it.journal()).toEqual([]);
    });

    test("a refusal of what no ADD can have made has left nothing, whatever its code", async () => {
      const never = {
        type: "fail-with-code",
        code: 11,
        say: "invalid range set 0: Network has host bits set",
      };
      const it = node({ pods: [aPod("bad")], networks: [aNad("bad", never)] });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(1);
      expect(it.journal()).toEqual([]);
    });

    const unsure = [
      { title: "a passing trouble", plugin: { type: "fail-with-code", say: "context deadline exceeded" } },
      { title: "try again later", plugin: { type: "fail-with-code", code: 11 } },
      { title: "the death of the plugin", plugin: { type: "die-by-signal" } },
    ];
    for (const { title, plugin } of unsure) {
      test(`${title}, in ADD and in DEL, leaves the entry: something may have been made`, async () => {
        const it = node({ pods: [aPod("bad")], networks: [aNad("bad", plugin)] });
        expect((await it.request({ verb: "ADD" })).exitCode).toBe(1);
        expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
      });
    }

    test("a runtime that ends us in the middle of an ADD finds the entry when it comes with DEL", async () => {
      const delegates = [{ cniVersion: "1.0.0", name: "cbr0", type: "hang" }];
      const it = node({ pods: [aPod(undefined)], config: { delegates } });
      const ended = new AbortController();
      const adding = it.request({ verb: "ADD", signal: ended.signal });
      while (it.journal().length === 0) await Bun.sleep(5);
      ended.abort();
      expect(JSON.parse((await adding).stdout)).toMatchObject({ code: 11 });
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
    });

    test("only what was tried is taken back", async () => {
      const it = node({
        pods: [aPod("bad,a")],
        networks: [aNad("bad", { type: "fail-with-code", failOn: "ADD" }), aNad("a")],
      });
      await it.request({ verb: "ADD" });
      expect(it.callLines().slice(2)).toEqual(["DEL fail-with-code net1", "DEL echo-result eth0"]);
    });

    test("a requested address that is not in the result undoes everything", async () => {
      const it = node({ pods: [aPod('[{"name":"a","ips":["10.5.0.5/24"]}]')], networks: [aNad("a")] });
      const { stdout, exitCode } = await it.request({ verb: "ADD" });
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout).msg).toContain("10.5.0.5/24");
      expect(it.callLines().slice(2)).toEqual(["DEL echo-result net1", "DEL echo-result eth0"]);
    });

    test("a pod of another UID is refused, a static pod's mirror is not", async () => {
      const annotations = { "kubernetes.io/config.source": "file" };
      const it = node({ pods: [aPod(undefined), aPod(undefined, { name: "static", annotations })] });
      const replaced = await it.request({ verb: "ADD", uid: "u-2" });
      expect(JSON.parse(replaced.stdout).msg).toContain("u-2");
      expect((await it.request({ verb: "ADD", pod: "default/static", uid: "hash" })).exitCode).toBe(0);
      expect(it.record.statuses.has("default/static")).toBeTrue();
    });

    test("a NAD that does not exist: the error names the namespace that has one, an event says so", async () => {
      const it = node({ pods: [aPod("lan")], networks: [{ ...aNad("lan"), namespace: "infra" }] });
      const { stdout } = await it.request({ verb: "ADD" });
      expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: expect.stringContaining("infra/lan") });
      expect(it.record.events.get("default/web")).toMatchObject([
        { type: "Warning", reason: "NoNetworkFound" },
      ]);
    });

    test("waits for the readiness file within its deadline, and gives up retriably", async () => {
      const it = node({ pods: [aPod(undefined)] });
      const ready = `${it.folder}/ready`;
      const late = await it.request({
        verb: "ADD",
        config: { readinessindicatorfile: ready, deadlineSeconds: 1 },
      });
      expect(JSON.parse(late.stdout)).toMatchObject({ code: 11, msg: expect.stringContaining(ready) });
      const waiting = it.request({ verb: "ADD", config: { readinessindicatorfile: ready } });
      it.write("ready", "yes");
      expect((await waiting).exitCode).toBe(0);
    });
  });
}
