// SPDX-License-Identifier: Apache-2.0

/**
 * For tests: what `plures try` does, by hand, inside a sandbox that the test entered. Prints one JSON
 * document.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  addLan,
  createPodSandbox,
  inspectPod,
  leftovers,
  outsideVariable,
  pingFrom,
  prepareSandbox,
  recordBaseline,
} from "./index.ts";

const pluginFolder = "/usr/lib/cni";
const host4 = (subnet: string, gateway: string) => [{ subnet, gateway }];

/**
 * The three networks of the pod: the primary with both families, and two that come from masters of the node.
 */
const networks = [
  {
    interface: "eth0",
    config: {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      isDefaultGateway: true,
      ipMasq: true,
      ipam: {
        type: "host-local",
        ranges: [host4("10.42.0.0/24", "10.42.0.1"), host4("fd00:42::/64", "fd00:42::1")],
      },
    },
  },
  {
    interface: "net1",
    config: {
      type: "macvlan",
      master: "eth1",
      ipam: { type: "host-local", ranges: [host4("192.168.10.0/24", "192.168.10.1")] },
    },
  },
  {
    interface: "net2",
    config: {
      type: "macvlan",
      master: "ens5.100",
      ipam: {
        type: "host-local",
        ranges: [host4("192.168.10.0/24", "192.168.10.1"), host4("fd00:20::/64", "fd00:20::1")],
      },
    },
  },
];

function runPlugin(verb: "ADD" | "DEL", netns: string, network: (typeof networks)[number]): string {
  const run = Bun.spawnSync([`${pluginFolder}/${network.config.type}`], {
    env: {
      CNI_COMMAND: verb,
      CNI_CONTAINERID: "tour",
      CNI_NETNS: netns,
      CNI_IFNAME: network.interface,
      CNI_PATH: pluginFolder,
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    },
    stdin: Buffer.from(
      JSON.stringify({ cniVersion: "1.0.0", name: `of-${network.interface}`, ...network.config }),
    ),
  });
  return run.exitCode === 0 ? "ok" : `${run.stdout}${run.stderr}`;
}

async function tour(): Promise<unknown> {
  await prepareSandbox({ outside: process.env[outsideVariable] });
  await addLan({ master: "eth1", addresses: ["192.168.10.1/24"] });
  await addLan({ master: "ens5.100", addresses: ["192.168.10.1/24"] });
  await addLan({ master: "ens5.100", addresses: ["192.168.10.1/24", "fd00:20::1/64"] });
  const baseline = await recordBaseline();
  const pod = await createPodSandbox("tour");
  const bare = await createPodSandbox("bare");
  const added = networks.map((network) => runPlugin("ADD", pod.netns, network));
  const inside = await inspectPod(pod.netns);
  const ping = (target: string, device: string) =>
    pingFrom(pod.netns, target, { timeoutMs: 3000, interface: device, count: 2 });
  const pings = {
    primary: await ping("10.42.0.1", "eth0"),
    primary6: await ping("fd00:42::1", "eth0"),
    net1: await ping("192.168.10.1", "net1"),
    net2: await ping("192.168.10.1", "net2"),
    net2v6: await ping("fd00:20::1", "net2"),
    nobody: await pingFrom(pod.netns, "192.168.10.99", { timeoutMs: 500, interface: "net1" }),
    source: await pingFrom(pod.netns, "10.42.0.1", { timeoutMs: 3000, source: "10.42.0.2" }),
    nowhere: await pingFrom(bare.netns, "fd00:99::1", { timeoutMs: 300 }),
  };
  const during = await leftovers(baseline);
  const deleted = networks.map((network) => runPlugin("DEL", pod.netns, network));
  pod.remove();
  pod.remove();
  bare.remove();
  const visible = (path: string): readonly string[] => (existsSync(path) ? readdirSync(path).sort() : []);
  writeFileSync("/run/tour-was-here", "");
  const node = {
    forwarding: readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim(),
    run: visible("/run"),
    libraries: visible("/var/lib"),
  };
  return {
    uid: process.getuid?.(),
    added,
    inside,
    pings,
    during,
    deleted,
    after: await leftovers(baseline),
    node,
  };
}

process.stdout.write(`${JSON.stringify(await tour())}\n`);
