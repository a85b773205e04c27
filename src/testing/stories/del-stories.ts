// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** DEL: the replay. */
export function describeDel(node: NodeMaker): void {
  describe("DEL", () => {
    test("replays the journal in reverse with the results of ADD, then forgets", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a", { address: "10.6.0.6/24" })] });
      await it.request({ verb: "ADD" });
      expect((await it.request({ verb: "DEL", netns: "" })).exitCode).toBe(0);
      expect(it.callLines().slice(2)).toEqual(["DEL echo-result net1", "DEL echo-result eth0"]);
      expect(it.calls()[2]).toMatchObject({
        netns: "",
        config: { prevResult: { ips: [{ address: "10.6.0.6/24" }] } },
      });
      expect(it.journal()).toEqual([]);
    });

    test("needs neither API nor pod nor NAD nor an intact configuration", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a")] });
      await it.request({ verb: "ADD" });
      it.loseApi();
      const broken = { delegates: [], logLevel: 7, kubeconfig: "/nowhere" };
      expect((await it.request({ verb: "DEL", config: broken })).exitCode).toBe(0);
      expect(it.journal()).toEqual([]);
    });

    test("the second one for a container is a success that runs nothing", async () => {
      const it = node({ pods: [aPod("")] });
      await it.request({ verb: "ADD" });
      for (let time = 0; time < 2; time++) expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.callLines()).toEqual(["ADD echo-result eth0", "DEL echo-result eth0"]);
    });

    test("after an ADD that ran nothing is a success that runs nothing", async () => {
      const it = node({ pods: [aPod("nosuch")] });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(1);
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.calls()).toEqual([]);
    });

    test("a container from before there was a meta-plugin is detached from the primary, once", async () => {
      const it = node({ config: { defaultNetworks: ["never-given"] } });
      it.loseApi();
      for (let time = 0; time < 2; time++) expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.callLines()).toEqual(["DEL echo-result eth0"]);
    });

    test("a container from before is tried again until the primary has let it go", async () => {
      const failing = { cniVersion: "1.0.0", name: "cbr0", type: "fail-with-code", failOn: "DEL", code: 5 };
      const it = node();
      const broken = { verb: "DEL", config: { delegates: [failing] } } as const;
      for (let time = 0; time < 2; time++) expect((await it.request(broken)).exitCode).toBe(1);
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.callLines()).toEqual([
        "DEL fail-with-code eth0",
        "DEL fail-with-code eth0",
        "DEL echo-result eth0",
      ]);
    });

    test("a container from before is a success where nobody knows the primary without the API", async () => {
      const it = node({ networks: [aNad("primary")], config: { delegates: [], clusterNetwork: "primary" } });
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.calls()).toEqual([]);
    });

    test("tries all plugins, joins the failures and keeps the entry until every plugin succeeded", async () => {
      const failing = { type: "fail-with-code", failOn: "DEL", code: 5 };
      const it = node({ pods: [aPod("a,b")], networks: [aNad("a", failing), aNad("b", failing)] });
      await it.request({ verb: "ADD" });
      const { stdout } = await it.request({ verb: "DEL" });
      expect(JSON.parse(stdout)).toMatchObject({ code: 5, details: expect.stringContaining("also failed") });
      expect(it.callLines().slice(3)).toEqual([
        "DEL fail-with-code net2",
        "DEL fail-with-code net1",
        "DEL echo-result eth0",
      ]);
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
    });

    const goneWords = ["no such file or directory", "unknown FS magic on /run/netns/x: ef53"];
    for (const say of goneWords) {
      test(`a plugin that misses the namespace (${say}) holds nothing up, once its IPAM plugin has released`, async () => {
        const plugin = { type: "fail-with-code", failOn: "DEL", say };
        const it = node({
          pods: [aPod("sbr,lease")],
          networks: [aNad("sbr", plugin), aNad("lease", { ...plugin, ipam: { type: "echo-result" } })],
        });
        await it.request({ verb: "ADD" });
        expect((await it.request({ verb: "DEL", netns: "" })).exitCode).toBe(0);
        expect(it.callLines().slice(3)).toEqual([
          "DEL fail-with-code net2",
          "DEL echo-result net2",
          "DEL fail-with-code net1",
          "DEL echo-result eth0",
        ]);
        expect(it.journal()).toEqual([]);
      });
    }

    test("in a namespace that is there, the same words hold the entry", async () => {
      const plugin = { type: "fail-with-code", failOn: "DEL", say: "no such file or directory" };
      const it = node({ pods: [aPod("sbr")], networks: [aNad("sbr", plugin)] });
      await it.request({ verb: "ADD" });
      expect((await it.request({ verb: "DEL", netns: "/proc/self/ns/net" })).exitCode).toBe(1);
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
    });

    test("a namespace that is gone is handed on as none, and the lease of a plugin that then stops early is released", async () => {
      const it = node({
        pods: [aPod("device")],
        networks: [aNad("device", { type: "host-device", ipam: { type: "echo-result" } })],
      });
      copyFileSync(`${it.folder}/bin/echo-result`, `${it.folder}/bin/host-device`);
      await it.request({ verb: "ADD" });
      expect((await it.request({ verb: "DEL", netns: "/run/netns/gone" })).exitCode).toBe(0);
      expect(it.callLines().slice(2)).toEqual([
        "DEL host-device net1",
        "DEL echo-result net1",
        "DEL echo-result eth0",
      ]);
      expect(it.calls().map(({ netns }) => netns)).toEqual([
        ...Array(2).fill("/run/netns/absent"),
        "",
        "",
        "",
      ]);
    });
  });
}
