// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** Where the primary may come from. */
export function describeClusterNetwork(node: NodeMaker): void {
  describe("clusterNetwork", () => {
    const rows = [
      { title: "a NAD of the Multus namespace", reference: "prime" },
      { title: "a CNI config by its name", reference: "by-name" },
      { title: "a folder, our own config left out", reference: "FOLDER/conf.d" },
      { title: "a file", reference: "FOLDER/conf.d/10-file.conflist" },
    ];
    for (const { title, reference } of rows) {
      test(title, async () => {
        const it = node({
          pods: [aPod(undefined)],
          networks: [{ ...aNad("prime", { address: "10.8.0.8/24" }), namespace: "kube-system" }],
        });
        const plugin = { type: "echo-result", address: "10.8.0.8/24" };
        it.write(
          "net.d/50-by-name.conf",
          JSON.stringify({ cniVersion: "1.0.0", name: "by-name", ...plugin }),
        );
        it.write(
          "conf.d/00-multus.conf",
          '{"cniVersion":"1.0.0","name":"multus-cni-network","type":"multus","delegates":[]}',
        );
        it.write(
          "conf.d/10-file.conflist",
          JSON.stringify({ cniVersion: "1.0.0", name: "list", plugins: [plugin] }),
        );
        const clusterNetwork = reference.replace("FOLDER", it.folder);
        const { stdout } = await it.request({ verb: "ADD", config: { clusterNetwork } });
        expect(JSON.parse(stdout)).toMatchObject({ ips: [{ address: "10.8.0.8/24" }] });
      });
    }

    test("plugins of the folder beside a list join it", async () => {
      const it = node({ pods: [aPod(undefined)] });
      const file = it.write(
        "conf.d/10-list.conflist",
        JSON.stringify({ cniVersion: "1.0.0", name: "list", plugins: [{ type: "echo-result" }] }),
      );
      it.write("conf.d/list/20-more.conf", JSON.stringify({ type: "gc-and-status-1.1" }));
      await it.request({ verb: "ADD", config: { clusterNetwork: file } });
      expect(it.callLines()).toEqual(["ADD echo-result eth0", "ADD gc-and-status-1.1 eth0"]);
    });

    test("a name that nothing has", async () => {
      const it = node({ pods: [aPod(undefined)] });
      const { stdout } = await it.request({
        verb: "ADD",
        config: { clusterNetwork: "/host/etc/cni/net.d/10-x.conflist" },
      });
      expect(JSON.parse(stdout).msg).toContain('write the node\'s path, "/etc/cni/net.d/10-x.conflist"');
    });
  });
}
