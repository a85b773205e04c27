// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/**
 * ADD when nobody can be asked: a pod never starts silently without its networks, and what surely asks for
 * none starts.
 */
export function describeWithoutApi(node: NodeMaker): void {
  describe("ADD without the API", () => {
    test("an unreachable API: a pod that may ask for networks fails retriably, one of a system namespace starts", async () => {
      const it = node({ pods: [aPod("a")] });
      it.loseApi();
      const refused = await it.request({ verb: "ADD" });
      expect(JSON.parse(refused.stdout)).toMatchObject({ code: 11 });
      expect((await it.request({ verb: "ADD", pod: "kube-system/dns" })).exitCode).toBe(0);
      expect(it.callLines()).toEqual(["ADD echo-result eth0"]);
    });

    const annotationRows = [
      {
        title: "annotations without networks",
        annotations: { "kubernetes.io/config.source": "api" },
        exitCode: 0,
      },
      {
        title: "an annotation that asks for a network",
        annotations: { "k8s.v1.cni.cncf.io/networks": "a" },
        exitCode: 1,
      },
      { title: "another primary", annotations: { "v1.multus-cni.io/default-network": "b" }, exitCode: 1 },
      { title: "nothing of annotations", annotations: undefined, exitCode: 1 },
    ];
    for (const { title, annotations, exitCode } of annotationRows) {
      test(`an unreachable API, and the runtime passes ${title}`, async () => {
        const it = node();
        it.loseApi();
        const runtimeConfig = { "io.kubernetes.cri.pod-annotations": annotations };
        expect(await it.request({ verb: "ADD", config: { runtimeConfig } })).toMatchObject({ exitCode });
        expect(it.callLines()).toEqual(exitCode === 0 ? ["ADD echo-result eth0"] : []);
      });
    }

    const withoutKubeconfig = [
      { title: "a pod", config: {}, exitCode: 0 },
      {
        title: "a pod, under the configuration of Multus' daemon",
        config: { type: "multus-shim" },
        exitCode: 1,
      },
      { title: "a pod of which the runtime tells that it asks for nothing", annotations: {}, exitCode: 0 },
      {
        title: "a pod of which the runtime tells that it asks",
        annotations: { "k8s.v1.cni.cncf.io/networks": "a" },
        exitCode: 1,
      },
    ];
    for (const { title, config, annotations, exitCode } of withoutKubeconfig) {
      test(`no kubeconfig: ${title}`, async () => {
        const it = node({ hasKubeconfig: false });
        const runtimeConfig = { "io.kubernetes.cri.pod-annotations": annotations };
        const answer = await it.request({ verb: "ADD", config: { ...config, runtimeConfig } });
        expect<number>(answer.exitCode).toBe(exitCode);
        if (exitCode === 1) expect(JSON.parse(answer.stdout).msg).toContain('add "kubeconfig"');
      });
    }

    test("an unreachable API: default networks are not left out", async () => {
      const it = node({ config: { defaultNetworks: ["extra"] } });
      it.loseApi();
      const runtimeConfig = { "io.kubernetes.cri.pod-annotations": {} };
      const { stdout } = await it.request({ verb: "ADD", config: { runtimeConfig } });
      expect(JSON.parse(stdout)).toMatchObject({ code: 11 });
    });
  });
}
