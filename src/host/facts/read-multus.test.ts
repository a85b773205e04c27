// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { known, unknown } from "../../diagnosis/index.ts";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readConfFolder } from "./read-conf-folder.ts";
import { readMultus } from "./read-multus.ts";
import { readProcesses } from "./read-processes.ts";
import { processesOf } from "./tell-processes.ts";

const folder = "/etc/cni/net.d";
const thin = JSON.stringify({
  cniVersion: "0.3.1",
  name: "multus-cni-network",
  type: "multus",
  kubeconfig: "/etc/cni/net.d/multus.d/multus.kubeconfig",
  logLevel: "verbose",
  logMaxSize: 100,
  namespaceIsolation: true,
  systemNamespaces: ["kube-system"],
  apiToken: "s3cret",
  delegates: [{ name: "cbr0", plugins: [{ type: "flannel", token: "s3cret" }, { type: "portmap" }] }],
});

async function multusOf(files: Readonly<Record<string, Entry>>) {
  using recorded = machineOf(files);
  const { machine } = recorded;
  const choice = { maxConfNum: 1, defaultNetwork: undefined };
  const confFolder = readConfFolder(machine, folder, { mounts: undefined, choice });
  const processes = processesOf(machine, () => readProcesses(machine));
  return await readMultus(machine, known([confFolder]), processes);
}

test("thin, in a recording", async () => {
  const multus = await multusOf({
    [`${folder}/00-multus.conf`]: thin,
    [`${folder}/10-flannel.conflist`]: '{"cniVersion":"1.0.0","name":"cbr0","plugins":[{"type":"flannel"}]}',
    "/var/lib/cni/multus/0123": "[]",
    "/var/lib/cni/multus/results/cbr0-0123-eth0": "{}",
  });
  expect(multus.configs).toMatchObject(
    known([
      {
        path: `${folder}/00-multus.conf`,
        role: "plugin",
        type: "multus",
        delegates: ["flannel"],
        settings: {
          kubeconfig: "/etc/cni/net.d/multus.d/multus.kubeconfig",
          logMaxSize: 100,
          namespaceIsolation: true,
          systemNamespaces: ["kube-system"],
        },
      },
    ]),
  );
  expect(JSON.stringify(multus)).not.toContain("s3cret");
  expect(multus.kubeconfigs).toMatchObject(
    known([{ kind: "absent", namedBy: [`${folder}/00-multus.conf`] }]),
  );
  expect(multus.cache).toMatchObject(
    known([
      { path: "/var/lib/cni/multus", role: "multus", exists: true, entries: 1 },
      { path: "/var/lib/cni/multus/results", exists: true, entries: 1 },
      { path: "/var/lib/cni/multus/plures/journal", exists: false, entries: 0 },
      { path: "/var/lib/cni/results", exists: false },
    ]),
  );
  expect(multus.processes).toMatchObject({ kind: "not-applicable" });
});

test("a shim inside a list, its socket absent; a daemon's file with a broken text", async () => {
  const list = {
    cniVersion: "1.0.0",
    name: "n",
    plugins: [{ type: "multus-shim", daemonSocketDir: "/run/x" }],
  };
  const multus = await multusOf({
    [`${folder}/00-multus.conflist`]: JSON.stringify(list),
    [`${folder}/multus.d/daemon-config.json`]: "{",
  });
  expect(multus.configs).toMatchObject(
    known([
      { type: "multus-shim", settings: { name: "n", daemonSocketDir: "/run/x" } },
      { role: "daemon", problem: expect.stringContaining("daemon-config.json") },
    ]),
  );
  expect(multus.sockets).toMatchObject(
    known([{ file: { path: "/run/x/multus.sock", kind: "absent" }, answers: { kind: "not-applicable" } }]),
  );
});

test("a live socket answers, one that was left behind does not", async () => {
  using live = machineOf({ "/run/multus/left": "", "/run/cni/dhcp.sock": "" }, true);
  mkdirSync(join(live.root, "run/multus"), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(live.root, "run/multus/multus.sock"), resolve));
  try {
    const processes = processesOf(live.machine, () => readProcesses(live.machine));
    const { sockets } = await readMultus(live.machine, known([]), processes);
    expect(sockets).toMatchObject(
      known([
        { file: { path: "/run/multus/multus.sock", kind: "socket" }, role: "multus", answers: known(true) },
        { file: { path: "/run/cni/dhcp.sock" }, role: "dhcp-daemon", answers: known(false) },
      ]),
    );
    expect(processes.kind).toBe("unknown");
  } finally {
    server.close();
  }
});

test("folders that could not be looked at are no absence of Multus", async () => {
  using recorded = machineOf({ "/etc/os-release": "" });
  const denied = unknown("denied");
  const multus = await readMultus(recorded.machine, denied, denied);
  expect(multus).toMatchObject({ configs: denied, kubeconfigs: denied, sockets: denied, processes: denied });
});

test("processes of Multus, none that only looks like one, no secret", async () => {
  const { processes } = await multusOf({
    "/proc/7/cmdline": "/usr/src/multus-cni/bin/multus-daemon\0",
    "/proc/8/cmdline": "/opt/cni/bin/dhcp\0daemon\0-hostprefix\0/host\0",
    "/proc/9/cmdline": "/usr/sbin/dhcp\0-4\0",
    "/proc/10/cmdline": "/usr/local/bin/plures\0facts\0",
    "/proc/11/cmdline": "/usr/local/bin/plures\0agent\0--token=s3cret\0",
  });
  expect(processes).toEqual(
    known([
      { pid: 7, name: "multus-daemon", arguments: [] },
      { pid: 8, name: "dhcp", arguments: ["daemon", "-hostprefix", "/host"] },
      { pid: 11, name: "plures", arguments: ["agent", "--token=..."] },
    ]),
  );
});
