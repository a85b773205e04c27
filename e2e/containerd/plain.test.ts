// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cgroupsNamed } from "./cgroups.ts";
import { addRecordedPlugin, makePluginDir, recordedRequests, writeConfig } from "./cni-dirs.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import { leases, linkNames, noPodTraces, podInterfaces, podTraces, remainingPodTraces } from "./traces.ts";
import { makeWorkDir } from "./work-dir.ts";

setDefaultTimeout(60_000);

const bridgeConfig = {
  cniVersion: "1.0.0",
  name: "plain",
  plugins: [
    {
      type: "bridge-recorded",
      bridge: "br-plain",
      isGateway: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.88.0.0/24" }]] },
    },
  ],
};

/** What a containerd that forgets its configuration would make on the host. */
const hostFolders = ["/run/containerd", "/var/lib/containerd", "/opt/containerd"];

describe("containerd with a plain bridge", () => {
  const hostBefore = hostFolders.map((path) => existsSync(path));
  let workDir: string;
  let containerd: Containerd;
  const inWorkDir = (name: string) => join(workDir, name);

  beforeAll(async () => {
    workDir = await makeWorkDir();
    await makePluginDir(inWorkDir("bin"));
    await addRecordedPlugin(inWorkDir("bin"), "bridge", inWorkDir("requests"));
    await writeConfig(inWorkDir("net.d"), "10-plain.conflist", bridgeConfig);
    containerd = await startContainerd({
      workDir,
      cniConfDir: inWorkDir("net.d"),
      cniBinDir: inWorkDir("bin"),
    });
  });

  afterAll(async () => {
    await containerd.stop();
    await rm(workDir, { recursive: true });
  });

  test("is ready, its network too", async () => {
    expect((await containerd.cri.version()).apiVersion).toBe("v1");
    const conditions = await containerd.cri.conditions();
    expect(conditions.map(({ type, status }) => [type, status])).toEqual([
      ["RuntimeReady", true],
      ["NetworkReady", true],
    ]);
  });

  test("creates a pod with an address and takes all of it away again", async () => {
    const { cri, node, cgroupParent } = containerd;
    const pod = {
      namespace: "shop",
      name: "till",
      uid: "7d8f1a52-27b5-4d3c-8d0e-0c6f8a9b1e11",
      cgroupParent,
    };
    const id = await cri.runPodSandbox(pod);

    const status = await cri.podSandboxStatus(id);
    expect(status).toMatchObject({ state: "ready", ips: ["10.88.0.2"] });
    expect(await podInterfaces(node, status.netns)).toEqual([{ name: "eth0", addresses: ["10.88.0.2/24"] }]);
    expect(await leases(node)).toEqual(["plain/10.88.0.2"]);
    const running = await podTraces(containerd);
    expect(running.sandboxes).toEqual([id]);
    expect(running.processes).toHaveLength(2);
    expect(running.mounts.length).toBeGreaterThanOrEqual(2);
    expect(running.namespaces).toEqual([basename(status.netns)]);
    expect(running.cgroups).toEqual([id]);
    expect(running.cachedResults.toSorted()).toEqual([`cni-loopback-${id}-lo`, `plain-${id}-eth0`]);
    expect(existsSync(`/var/lib/cni/results/plain-${id}-eth0`)).toBe(false);

    await cri.stopPodSandbox(id);
    await cri.stopPodSandbox(id);
    expect((await cri.podSandboxStatus(id)).state).toBe("not ready");
    await cri.removePodSandbox(id);
    expect(await remainingPodTraces(containerd)).toEqual(noPodTraces);
    expect(await linkNames(node)).toEqual(["br-plain", "lo"]);
    expect(await leases(node)).toEqual([]);
  });

  test("names the pod to the plugin, and no namespace any more once the pod has stopped", async () => {
    const { cri, cgroupParent } = containerd;
    const uid = "0f1e2d3c-0000-4000-8000-00000000beef";
    const id = await cri.runPodSandbox({ namespace: "shop", name: "shelf", uid, cgroupParent });
    await cri.stopPodSandbox(id);
    await cri.stopPodSandbox(id);
    await cri.removePodSandbox(id);

    const requests = (await recordedRequests(inWorkDir("requests"))).filter(
      ({ CNI_CONTAINERID }) => CNI_CONTAINERID === id,
    );
    const netns = requests[0]?.CNI_NETNS ?? "";
    expect(netns).toStartWith("/var/run/netns/cni-");
    expect(requests.map(({ CNI_COMMAND, CNI_NETNS }) => [CNI_COMMAND, CNI_NETNS])).toEqual([
      ["ADD", netns],
      ["DEL", netns],
      ["DEL", ""],
      ["DEL", ""],
    ]);
    for (const { CNI_IFNAME, CNI_ARGS } of requests) {
      expect(CNI_IFNAME).toBe("eth0");
      expect(CNI_ARGS?.split(";").sort()).toEqual([
        "IgnoreUnknown=1",
        `K8S_POD_INFRA_CONTAINER_ID=${id}`,
        "K8S_POD_NAME=shelf",
        "K8S_POD_NAMESPACE=shop",
        `K8S_POD_UID=${uid}`,
      ]);
    }
  });

  test("reports the plugin's own words when a pod cannot be created, and can take its rest away later", async () => {
    const { cri, node, cgroupParent } = containerd;
    const pod = { namespace: "shop", name: "door", uid: "u-door", cgroupParent };
    await rename(inWorkDir("bin/host-local"), inWorkDir("host-local"));
    await expect(cri.runPodSandbox(pod)).rejects.toThrow('failed to find plugin "host-local"');
    await rename(inWorkDir("host-local"), inWorkDir("bin/host-local"));

    const [id = ""] = await cri.podSandboxes();
    await cri.stopPodSandbox(id);
    await cri.removePodSandbox(id);
    expect(await remainingPodTraces(containerd)).toEqual(noPodTraces);
    expect(await linkNames(node)).toEqual(["br-plain", "lo"]);
  });

  test("leaves this host alone", async () => {
    expect(hostFolders.map((path) => existsSync(path))).toEqual(hostBefore);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(workDir);
  });
});

describe("stopping containerd", () => {
  test("ends running pods and takes away mounts, cgroups and folders", async () => {
    const workDir = await makeWorkDir();
    await makePluginDir(join(workDir, "bin"));
    await addRecordedPlugin(join(workDir, "bin"), "bridge", join(workDir, "requests"));
    await writeConfig(join(workDir, "net.d"), "10-plain.conflist", bridgeConfig);
    const dirs = { workDir, cniConfDir: join(workDir, "net.d"), cniBinDir: join(workDir, "bin") };
    const containerd = await startContainerd(dirs);
    const { cri, node, cgroupParent } = containerd;
    await cri.runPodSandbox({ namespace: "shop", name: "till", uid: "u1", cgroupParent });
    expect(cgroupsNamed(basename(workDir))).not.toEqual([]);

    await containerd.stop();
    expect(existsSync(`/proc/${node.pid}`)).toBe(false);
    expect(cgroupsNamed(basename(workDir))).toEqual([]);
    expect(existsSync(join(workDir, "containerd"))).toBe(false);
    await rm(workDir, { recursive: true });
  });
});
