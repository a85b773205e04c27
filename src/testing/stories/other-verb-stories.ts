// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** CHECK, GC, STATUS and VERSION. */
export function describeOtherVerbs(node: NodeMaker): void {
  describe("CHECK, GC, STATUS, VERSION", () => {
    test("CHECK asks every attachment with the result of its ADD", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a", { address: "10.6.0.6/24" })] });
      await it.request({ verb: "ADD" });
      expect((await it.request({ verb: "CHECK" })).exitCode).toBe(0);
      expect(it.callLines().slice(2)).toEqual(["CHECK echo-result eth0", "CHECK echo-result net1"]);
      expect(it.calls().at(-1)?.config.prevResult).toMatchObject({ ips: [{ address: "10.6.0.6/24" }] });
    });

    test("CHECK leaves out networks that disable it and plugins too old for it, and hands failures on", async () => {
      const it = node({
        pods: [aPod("quiet,old,bad")],
        networks: [
          aNad("quiet", { disableCheck: true }),
          aNad("old", { type: "version-only-0.2.0" }),
          aNad("bad", { type: "fail-with-code", failOn: "CHECK", code: 102 }),
        ],
      });
      await it.request({ verb: "ADD" });
      expect(JSON.parse((await it.request({ verb: "CHECK" })).stdout)).toMatchObject({ code: 102 });
      expect(it.callLines().slice(4)).toEqual(["CHECK echo-result eth0", "CHECK fail-with-code net3"]);
    });

    test("CHECK of a container that nobody attached", async () => {
      expect(JSON.parse((await node().request({ verb: "CHECK" })).stdout)).toMatchObject({ code: 3 });
    });

    test("GC takes leftovers away and tells every network's plugins what stays", async () => {
      const gc = { cniVersion: "1.1.0", type: "gc-and-status-1.1" };
      const it = node({ pods: [aPod("a")], networks: [aNad("a", gc)] });
      await it.request({ verb: "ADD" });
      await it.request({ verb: "ADD", containerId: "c2" });
      const stays = { "cni.dev/valid-attachments": [{ containerID: "c2", ifname: "eth0" }] };
      expect((await it.request({ verb: "GC", config: stays })).exitCode).toBe(0);
      expect(it.callLines().slice(4)).toEqual([
        "DEL gc-and-status-1.1 net1",
        "DEL echo-result eth0",
        "GC gc-and-status-1.1",
      ]);
      expect(it.calls().at(-1)?.config["cni.dev/valid-attachments"]).toEqual([
        { containerID: "c2", ifname: "net1" },
      ]);
      expect(it.journal()).toEqual(["c2@eth0.jsonl"]);
    });

    const namespaces = [
      { netns: "FOLDER/ns", deletesIn: "FOLDER/ns", why: "nobody else gets that name" },
      { netns: "/proc/self/ns/net", deletesIn: "", why: "the process may be another one by now" },
    ];
    for (const { netns, deletesIn, why } of namespaces) {
      test(`GC of a container in ${netns} deletes in '${deletesIn}': ${why}`, async () => {
        const it = node({ pods: [aPod(undefined)] });
        symlinkSync("/proc/self/ns/net", `${it.folder}/ns`);
        const inFolder = (path: string) => path.replace("FOLDER", it.folder);
        await it.request({ verb: "ADD", netns: inFolder(netns) });
        await it.request({ verb: "GC", config: { "cni.dev/valid-attachments": [] } });
        expect(it.calls().at(-1)).toMatchObject({ verb: "DEL", netns: inFolder(deletesIn) });
      });
    }

    test("GC reaches the primary on a node without attachments", async () => {
      const delegates = [{ cniVersion: "1.1.0", name: "cbr0", type: "gc-and-status-1.1" }];
      const it = node({ config: { delegates } });
      expect((await it.request({ verb: "GC", config: { "cni.dev/valid-attachments": [] } })).exitCode).toBe(
        0,
      );
      expect(it.callLines()).toEqual(["GC gc-and-status-1.1"]);
    });

    const gcPlugin = { cniVersion: "1.1.0", type: "gc-and-status-1.1" };

    test("GC keeps in the primary what was attached before we came", async () => {
      const it = node({ config: { delegates: [{ name: "cbr0", ...gcPlugin }] } });
      const stays = [{ containerID: "before-us", ifname: "eth0" }];
      await it.request({ verb: "GC", config: { "cni.dev/valid-attachments": stays } });
      expect(it.calls().at(-1)?.config["cni.dev/valid-attachments"]).toEqual(stays);
    });

    test("GC keeps in a NAD's network what upstream Multus attached", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a", gcPlugin)] });
      const upstream = ["cbr0", "a"].map((name) => {
        const bytes = Buffer.from(JSON.stringify({ name, cniVersion: "1.0.0", type: "echo-result" }));
        return { Name: name, Bytes: bytes.toString("base64") };
      });
      it.write("cni/upstream", JSON.stringify(upstream));
      await it.request({ verb: "ADD" });
      const stays = ["c1", "upstream"].map((containerID) => ({ containerID, ifname: "eth0" }));
      await it.request({ verb: "GC", config: { "cni.dev/valid-attachments": stays } });
      expect(it.calls().at(-1)?.config["cni.dev/valid-attachments"]).toEqual([
        { containerID: "c1", ifname: "net1" },
        { containerID: "upstream", ifname: "net1" },
      ]);
    });

    test("GC asks no plugin while an entry cannot be read: what lives might be taken away", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a", gcPlugin)] });
      await it.request({ verb: "ADD" });
      it.write("cni/plures/journal/c2@eth0.jsonl", "no plan");
      const stays = [{ containerID: "c1", ifname: "eth0" }];
      const { stdout } = await it.request({ verb: "GC", config: { "cni.dev/valid-attachments": stays } });
      expect(JSON.parse(stdout)).toMatchObject({ code: 5, msg: expect.stringContaining("c2@eth0.jsonl") });
      expect(it.callLines().some((line) => line.startsWith("GC"))).toBeFalse();
    });

    const statusRows = [
      { title: "ready", plugin: { type: "gc-and-status-1.1", cniVersion: "1.1.0" }, code: undefined },
      {
        title: "the primary says no",
        plugin: { type: "gc-and-status-1.1", cniVersion: "1.1.0", statusCode: 51 },
        code: 51,
      },
      {
        title: "a plugin older than STATUS is there",
        plugin: { type: "version-only-0.2.0" },
        code: undefined,
      },
      { title: "a plugin is missing", plugin: { type: "nowhere" }, code: 50 },
      {
        title: "an IPAM plugin is missing",
        plugin: { type: "echo-result", ipam: { type: "nowhere" } },
        code: 50,
      },
    ];
    for (const { title, plugin, code } of statusRows) {
      test(`STATUS: ${title}`, async () => {
        const it = node({ config: { delegates: [{ cniVersion: "1.0.0", name: "cbr0", ...plugin }] } });
        const { stdout, exitCode } = await it.request({ verb: "STATUS" });
        expect([exitCode, stdout === "" ? undefined : JSON.parse(stdout).code]).toEqual([
          code === undefined ? 0 : 1,
          code,
        ]);
      });
    }

    test("STATUS without the readiness file", async () => {
      const { stdout } = await node().request({
        verb: "STATUS",
        config: { readinessindicatorfile: "/nowhere/ready" },
      });
      expect(JSON.parse(stdout)).toMatchObject({ code: 50 });
    });

    test("STATUS takes any kind of readiness file, as ADD does", async () => {
      const it = node();
      const config = { readinessindicatorfile: it.folder };
      expect((await it.request({ verb: "STATUS", config })).exitCode).toBe(0);
    });

    test("VERSION", async () => {
      const { stdout } = await node().request({ verb: "VERSION" });
      expect(JSON.parse(stdout).supportedVersions).toEqual([
        "0.1.0",
        "0.2.0",
        "0.3.0",
        "0.3.1",
        "0.4.0",
        "1.0.0",
        "1.1.0",
      ]);
    });
  });
}
