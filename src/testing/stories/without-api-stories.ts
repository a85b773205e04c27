// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

/** Whoever reads the error is told the way out. */
const refusal = expect.stringContaining('add "kubeconfig"');

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

    const asking = { "k8s.v1.cni.cncf.io/networks": "a" };
    const forAgent = { daemonSocketDir: "/run/plures-absent" };
    const withoutKubeconfig = [
      { title: "a pod", code: undefined },
      {
        title: "a pod of which the runtime tells that it asks for nothing",
        annotations: {},
        code: undefined,
      },
      { title: "a pod of which the runtime tells that it asks", annotations: asking, code: 7 },
      {
        title: "a pod, under the configuration of Multus' daemon",
        config: { type: "multus-shim" },
        code: 11,
      },
      { title: "a pod, under the configuration of an agent", config: forAgent, code: 11 },
      {
        title: "a pod that asks, under the configuration of an agent",
        config: forAgent,
        annotations: asking,
        code: 11,
      },
      {
        title: "a pod that asks for nothing, under the configuration of an agent",
        config: forAgent,
        annotations: {},
        code: undefined,
      },
      {
        title: "a pod of a system namespace, under the configuration of an agent",
        config: forAgent,
        pod: "kube-system/dns",
        code: undefined,
      },
    ];
    for (const { title, config, pod = "default/web", annotations, code } of withoutKubeconfig) {
      test(`no kubeconfig: ${title}`, async () => {
        const it = node({ hasKubeconfig: false });
        const runtimeConfig = { "io.kubernetes.cri.pod-annotations": annotations };
        const answer = await it.request({ verb: "ADD", pod, config: { ...config, runtimeConfig } });
        const expected = code === undefined ? { cniVersion: "1.1.0" } : { code, msg: refusal };
        expect(JSON.parse(answer.stdout)).toMatchObject(expected);
        expect(it.callLines()).toEqual(code === undefined ? ["ADD echo-result eth0"] : []);
      });
    }

    test("under the configuration of an agent, default networks are not left out, and DEL needs nobody", async () => {
      const it = node({ hasKubeconfig: false, config: { ...forAgent, defaultNetworks: ["extra"] } });
      const runtimeConfig = { "io.kubernetes.cri.pod-annotations": {} };
      const refused = await it.request({ verb: "ADD", config: { runtimeConfig } });
      expect(JSON.parse(refused.stdout)).toMatchObject({ code: 11 });
      expect(await it.request({ verb: "DEL" })).toMatchObject({ exitCode: 0 });
    });

    test("an unreachable API: default networks are not left out", async () => {
      const it = node({ config: { defaultNetworks: ["extra"] } });
      it.loseApi();
      const runtimeConfig = { "io.kubernetes.cri.pod-annotations": {} };
      const { stdout } = await it.request({ verb: "ADD", config: { runtimeConfig } });
      expect(JSON.parse(stdout)).toMatchObject({ code: 11 });
    });
  });
}
