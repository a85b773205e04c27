// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** ADD: what a pod gets, and that it gets all or nothing. */
export function describeAdd(node: NodeMaker): void {
  describe("ADD", () => {
    test("attaches the primary first, then the networks in the order of the annotation", async () => {
      const it = node({
        pods: [aPod("a, b@data0")],
        networks: [aNad("a"), aNad("b", { address: "10.2.0.2/24" })],
      });
      const { stdout, exitCode } = await it.request({ verb: "ADD" });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout).interfaces).toEqual([
        { name: "eth0", mac: "02:00:00:00:00:01", sandbox: "/run/netns/absent" },
      ]);
      expect(it.callLines()).toEqual([
        "ADD echo-result eth0",
        "ADD echo-result net1",
        "ADD echo-result data0",
      ]);
      expect(it.journal()).toEqual(["c1@eth0.jsonl"]);
    });

    test("answers in the version of the configuration", async () => {
      const it = node({ pods: [aPod(undefined)] });
      const { stdout } = await it.request({ verb: "ADD", config: { cniVersion: "0.3.1" } });
      expect(JSON.parse(stdout)).toMatchObject({ cniVersion: "0.3.1", ips: [{ version: "4" }] });
    });

    test("writes status and events", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a")] });
      await it.request({ verb: "ADD" });
      const status = JSON.parse(it.record.statuses.get("default/web") ?? "");
      expect(
        status.map((entry: { name: string; interface: string }) => [entry.name, entry.interface]),
      ).toEqual([
        ["cbr0", "eth0"],
        ["default/a", "net1"],
      ]);
      expect(it.record.events.get("default/web")?.map(({ message }) => message)).toEqual([
        "Add eth0 [10.99.0.2/24] from cbr0",
        "Add net1 [10.99.0.2/24] from default/a",
      ]);
    });

    test("speaks an older version with an older plugin and converts its result", async () => {
      const it = node({ pods: [aPod("old")], networks: [aNad("old", { type: "version-only-0.2.0" })] });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
      expect(it.calls().at(-1)?.config.cniVersion).toBe("0.2.0");
      expect(JSON.parse(it.record.statuses.get("default/web") ?? "")[1].ips).toEqual(["10.99.0.2"]);
    });

    test("gives each plugin of a chain the result of the one before", async () => {
      const plugins = [{ type: "echo-result", address: "10.3.0.9/24" }, { type: "echo-result" }];
      const chain = JSON.stringify({ cniVersion: "1.0.0", name: "chain", plugins });
      const it = node({ pods: [aPod("chain")], networks: [aNad("chain", chain)] });
      await it.request({ verb: "ADD" });
      const [, first, second] = it.calls();
      expect(first?.config.prevResult).toBeUndefined();
      expect(second?.config.prevResult).toMatchObject({ ips: [{ address: "10.3.0.9/24" }] });
    });

    test("a second ADD clears what the first left", async () => {
      const it = node({ pods: [aPod("a")], networks: [aNad("a")] });
      await it.request({ verb: "ADD" });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
      expect(it.callLines().slice(2)).toEqual([
        "DEL echo-result net1",
        "DEL echo-result eth0",
        "ADD echo-result eth0",
        "ADD echo-result net1",
      ]);
    });

    test("a pod that is gone gets an empty result and runs nothing", async () => {
      const it = node();
      const { stdout, exitCode } = await it.request({ verb: "ADD" });
      expect([exitCode, JSON.parse(stdout).interfaces ?? []]).toEqual([0, []]);
      expect(it.calls()).toEqual([]);
    });

    test("a request that names no pod gets the node's networks", async () => {
      const it = node();
      expect((await it.request({ verb: "ADD", pod: undefined })).exitCode).toBe(0);
      expect(it.callLines()).toEqual(["ADD echo-result eth0"]);
    });

    test("default networks are for all pods but those of system namespaces", async () => {
      const it = node({
        pods: [aPod(undefined), aPod(undefined, { namespace: "kube-system" })],
        networks: [{ ...aNad("extra"), namespace: "kube-system" }],
        config: { defaultNetworks: ["extra"] },
      });
      await it.request({ verb: "ADD" });
      await it.request({ verb: "ADD", containerId: "c2", pod: "kube-system/web" });
      expect(it.callLines()).toEqual([
        "ADD echo-result eth0",
        "ADD echo-result net1",
        "ADD echo-result eth0",
      ]);
      expect([...it.record.statuses.keys()]).toEqual(["default/web"]);
    });

    test("the default-network annotation replaces the primary", async () => {
      const annotations = { "v1.multus-cni.io/default-network": "other" };
      const it = node({
        pods: [aPod(undefined, { annotations })],
        networks: [{ ...aNad("other", { address: "10.7.0.1/24" }), namespace: "kube-system" }],
      });
      const { stdout } = await it.request({ verb: "ADD" });
      expect(JSON.parse(stdout).ips[0].address).toBe("10.7.0.1/24");
    });

    test("the requests of the annotation reach the plugin by capability and by CNI_ARGS", async () => {
      const asked = JSON.stringify([
        { name: "a", ips: ["10.5.0.5/24"], mac: "02:00:00:00:00:55", "cni-args": { x: 1 } },
      ]);
      const able = { capabilities: { ips: true }, address: "10.5.0.5/24", mac: "02:00:00:00:00:55" };
      const it = node({ pods: [aPod(asked)], networks: [aNad("a", able)] });
      expect((await it.request({ verb: "ADD", args: ";MORE=y" })).exitCode).toBe(0);
      const call = it.calls().at(-1);
      expect(call?.config.runtimeConfig).toEqual({ ips: ["10.5.0.5/24"] });
      expect(call?.config.args).toEqual({ cni: { x: 1 } });
      expect(call?.args).toBe(
        "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=u-1;MORE=y;MAC=02:00:00:00:00:55;IP=10.5.0.5/24",
      );
    });

    test("the default-network annotation may name a NAD of the Multus namespace under isolation, and its requests count", async () => {
      const networks = '[{"name":"other","ips":["10.7.0.9/24"]}]';
      const it = node({
        pods: [aPod(undefined, { annotations: { "v1.multus-cni.io/default-network": networks } })],
        networks: [{ ...aNad("other", { address: "10.7.0.1/24" }), namespace: "kube-system" }],
      });
      const { stdout } = await it.request({ verb: "ADD", config: { namespaceIsolation: true } });
      expect(it.calls()[0]?.args).toContain("IP=10.7.0.9/24");
      expect(JSON.parse(stdout).msg).toContain("10.7.0.9/24");
    });

    test("a request that no plugin declares is told by an event", async () => {
      const asked = '[{"name":"a","portMappings":[{"hostPort":80,"containerPort":80,"protocol":"tcp"}]}]';
      const it = node({ pods: [aPod(asked)], networks: [aNad("a")] });
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
      expect(it.record.events.get("default/web")).toContainEqual(
        expect.objectContaining({ type: "Warning", reason: "NetworkRequestIgnored" }),
      );
    });

    test("an auxiliary chain works on the primary's interface, with its result, and has no status", async () => {
      const it = node({ pods: [aPod(undefined)] });
      const file = it.write(
        "conf.d/10-p.conf",
        JSON.stringify({ cniVersion: "1.0.0", name: "p", type: "echo-result" }),
      );
      it.write("conf.d/aux/10-more.conf", JSON.stringify({ type: "gc-and-status-1.1" }));
      await it.request({ verb: "ADD", config: { clusterNetwork: file, auxiliaryCNIChainName: "aux" } });
      expect(it.callLines()).toEqual(["ADD echo-result eth0", "ADD gc-and-status-1.1 eth0"]);
      expect(it.calls()[1]?.config.prevResult).toMatchObject({ ips: [{ address: "10.99.0.2/24" }] });
      expect(JSON.parse(it.record.statuses.get("default/web") ?? "")).toHaveLength(1);
    });

    test("keys of our configuration that nobody knows are told in the log", async () => {
      const it = node({ pods: [aPod(undefined)] });
      await it.request({ verb: "ADD", config: { globalNamespace: "infra" } });
      expect(readFileSync(`${it.folder}/log`, "utf8")).toContain('unknownKeys=["globalNamespace"]');
    });

    test("what we do not know of a plugin's configuration reaches it as it was written", async () => {
      const odd = '"big":9007199254740993,"odd":"\\u00e9\\/",  "twice":1,"twice":1.0e2';
      const it = node({
        pods: [aPod("a")],
        networks: [aNad("a", `{"cniVersion":"1.0.0","type":"echo-result","callLog":"CALLS",${odd}}`)],
      });
      await it.request({ verb: "ADD" });
      expect(readFileSync(it.callLog, "utf8")).toContain(odd);
    });
  });
}
