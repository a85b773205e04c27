// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fact, type HostFacts, readFacts } from "../../diagnosis/index.ts";
import { readHostFacts } from "./read-host-facts.ts";

const fixtures = join(import.meta.dir, "fixtures");
const read = (name: string) => readHostFacts({ root: join(fixtures, name), live: false });

/** The value of a fact; fails with its reason when it has none. */
function knownOf<T>(fact: Fact<T>): T {
  if (fact.kind !== "known") throw new Error(fact.reason);
  return fact.value;
}

interface Machine {
  readonly name: string;
  readonly distribution: string;
  readonly confDir: string;
  readonly binDirs: readonly string[];
  /** The configuration that pods get. */
  readonly used: readonly string[];
  readonly kubelet: string | undefined;
  /** Whether what the runtime uses is written in a file, or is its default. */
  readonly from: "file" | "default";
}

const k3sConf = "/var/lib/rancher/k3s/agent/etc/cni/net.d";
const kubelet = "/var/lib/kubelet";
const plain = { confDir: "/etc/cni/net.d", binDirs: ["/opt/cni/bin"], kubelet } as const;

const machines: readonly Machine[] = [
  {
    name: "k3s-new",
    distribution: "k3s",
    confDir: k3sConf,
    binDirs: ["/var/lib/rancher/k3s/data/cni"],
    used: ["10-flannel.conflist"],
    kubelet,
    from: "file",
  },
  {
    name: "k3s-old",
    distribution: "k3s",
    confDir: k3sConf,
    binDirs: ["/var/lib/rancher/k3s/data/9f8e7d/bin"],
    used: ["10-flannel.conflist"],
    kubelet,
    from: "file",
  },
  { name: "k3s-flannel-none", distribution: "k3s", ...plain, used: ["10-calico.conflist"], from: "default" },
  {
    name: "k3s-doubled-path",
    distribution: "k3s",
    confDir: k3sConf,
    binDirs: ["/var/lib/rancher/k3s/data/cni"],
    used: ["00-multus.conf"],
    kubelet,
    from: "file",
  },
  { name: "rke2", distribution: "rke2", ...plain, used: ["00-multus.conf"], from: "default" },
  {
    name: "kubeadm-containerd-1",
    distribution: "kubeadm",
    ...plain,
    used: ["10-flannel.conflist"],
    from: "file",
  },
  {
    name: "kubeadm-containerd-2",
    distribution: "kubeadm",
    ...plain,
    binDirs: ["/opt/cni/bin", "/usr/lib/cni"],
    used: ["05-cilium.conflist"],
    from: "file",
  },
  {
    name: "debian-containerd",
    distribution: "debian-containerd",
    ...plain,
    binDirs: ["/usr/lib/cni"],
    used: [],
    kubelet: undefined,
    from: "file",
  },
  {
    name: "openshift",
    distribution: "openshift",
    confDir: "/etc/kubernetes/cni/net.d",
    binDirs: ["/var/lib/cni/bin"],
    used: ["00-multus.conf"],
    kubelet,
    from: "file",
  },
  {
    name: "microk8s",
    distribution: "microk8s",
    confDir: "/var/snap/microk8s/7394/args/cni-network",
    binDirs: ["/var/snap/microk8s/7394/opt/cni/bin"],
    used: ["10-calico.conflist"],
    kubelet: "/var/snap/microk8s/common/var/lib/kubelet",
    from: "file",
  },
  { name: "talos", distribution: "talos", ...plain, used: ["10-flannel.conflist"], from: "default" },
  {
    name: "k0s",
    distribution: "k0s",
    ...plain,
    used: ["10-kuberouter.conflist"],
    kubelet: "/var/lib/k0s/kubelet",
    from: "default",
  },
  {
    name: "microshift",
    distribution: "microshift",
    confDir: "/etc/cni/net.d",
    binDirs: ["/run/cni/bin"],
    used: ["00-multus.conf"],
    kubelet,
    from: "file",
  },
  {
    name: "nixos",
    distribution: "nixos",
    confDir: "/nix/store/1x-cni-config",
    binDirs: ["/opt/cni/bin"],
    used: ["11-flannel.conf"],
    kubelet: "/var/lib/kubernetes",
    from: "file",
  },
  { name: "flatcar", distribution: "flatcar", ...plain, used: ["10-calico.conflist"], from: "default" },
  {
    name: "bottlerocket",
    distribution: "bottlerocket",
    ...plain,
    used: ["10-aws.conflist"],
    from: "default",
  },
];

test("each recorded machine has a row", () => {
  const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual(machines.map(({ name }) => name).toSorted());
});

describe.each(machines)("$name", (machine) => {
  test("is what it is", async () => {
    const facts = await read(machine.name);
    const { confDir, binDirs, conflicts } = knownOf(facts.runtime);
    const [folder] = knownOf(facts.confFolders);
    expect({
      name: machine.name,
      distribution: knownOf(facts.distribution).name,
      confDir: confDir.value,
      binDirs: binDirs.value,
      used: folder?.files.filter(({ isUsed }) => isUsed).map(({ name }) => name),
      kubelet: facts.kubelet.kind === "known" ? facts.kubelet.value.root : undefined,
      from: binDirs.from,
    }).toEqual({ ...machine, binDirs: [...machine.binDirs], used: [...machine.used] });
    expect(knownOf(facts.pluginFolders).map(({ path, exists }) => ({ path, exists }))).toEqual(
      machine.binDirs.map((path) => ({ path, exists: true })),
    );
    expect(conflicts).toEqual([]);
  });

  test("is a document of the schema, the same twice, without any secret", async () => {
    const text = JSON.stringify({
      schemaVersion: 1,
      takenAt: "2026-11-21T08:00:00Z",
      host: await read(machine.name),
    });
    expect(readFacts(JSON.parse(text))).toMatchObject({ kind: "facts" });
    expect(
      JSON.stringify({ schemaVersion: 1, takenAt: "2026-11-21T08:00:00Z", host: await read(machine.name) }),
    ).toBe(text);
    expect(text).not.toMatch(/s3cret|K10/);
  });

  test("is not touched, and none of its programs is run", async () => {
    const before = treeOf(join(fixtures, machine.name));
    const facts = await read(machine.name);
    expect(treeOf(join(fixtures, machine.name))).toEqual(before);
    for (const { plugins } of knownOf(facts.pluginFolders)) {
      for (const { executable, versions } of plugins) {
        expect(versions.kind).toBe(executable ? "not-applicable" : "unknown");
      }
    }
  });
});

/** Every entry below a folder, with what a write or a run would change. */
function treeOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => {
      const { mode, size, mtimeMs } = lstatSync(join(folder, name));
      return `${name} ${mode} ${size} ${mtimeMs}`;
    })
    .toSorted();
}

test("k3s: links, modules, mounts", async () => {
  const facts = await read("k3s-new");
  const flannel = knownOf(facts.pluginFolders)[0]?.plugins.find(({ name }) => name === "flannel");
  const target = "/var/lib/rancher/k3s/data/0123abcd/bin/cni";
  expect(flannel).toMatchObject({ kind: "file", linkTarget: target, realPath: target, executable: true });
  const { features } = knownOf(facts.kernel);
  const states = Object.entries(features).map(([name, fact]) => `${name} ${knownOf(fact).state}`);
  expect(states).toEqual([
    "macvlan module",
    "ipvlan module",
    "vlan module",
    "bridge loaded",
    "vxlan module",
    "tun built-in",
  ]);
  expect(knownOf(facts.mounts).map(({ path, propagation }) => `${path} ${propagation}`)).toEqual([
    "/ shared",
    "/run shared",
  ]);
});

test("what only a live machine tells is not applicable, not empty", async () => {
  const multus = knownOf((await read("k3s-new")).multus);
  expect(multus.processes.kind).toBe("not-applicable");
  const shim = knownOf(knownOf((await read("openshift")).multus).sockets);
  expect(shim.map(({ answers }) => answers.kind)).toEqual(["not-applicable"]);
});

test("the doubled path of the seeds can be seen", async () => {
  const multus = knownOf((await read("k3s-doubled-path")).multus);
  expect(knownOf(multus.configs)[0]?.settings.kubeconfig).toBe(`/host${k3sConf}/multus.d/multus.kubeconfig`);
  expect(knownOf(multus.kubeconfigs)).toMatchObject([
    { path: `/host${k3sConf}/multus.d/multus.kubeconfig`, kind: "absent" },
    { path: `${k3sConf}/multus.d/multus.kubeconfig`, insecure: true, credential: { kind: "token" } },
  ]);
});

test("MicroK8s: a file of its folder that is no configuration, Talos: a folder that a restart empties", async () => {
  const [microk8s] = knownOf((await read("microk8s")).confFolders);
  expect(microk8s?.files.map(({ name, loads }) => `${name} ${loads}`)).toEqual([
    "10-calico.conflist true",
    "cni.yaml false",
  ]);
  expect(knownOf((await read("microshift")).pluginFolders)[0]).toMatchObject({ volatile: true });
  const talos = await read("talos");
  expect(knownOf(talos.confFolders)[0]).toMatchObject({ volatile: true, readOnly: false });
  expect(knownOf(talos.pluginFolders)[0]).toMatchObject({ volatile: false, readOnly: false });
});

test("of a folder that holds no machine all is unknown, with the reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plures-no-machine-"));
  const { origin, ...facts } = await readHostFacts({ root: folder, live: false });
  rmSync(folder, { recursive: true });
  expect(origin).toEqual({ kind: "recorded", root: folder });
  const reasons = reasonsOf(facts);
  expect(reasons.size).toBe(Object.keys(facts).length);
  for (const reason of reasons.values()) expect(reason).toContain("holds no machine");
});

/** Why each fact is not known, by its name. */
function reasonsOf({ origin: _, ...facts }: Partial<HostFacts>): ReadonlyMap<string, string> {
  const dark = Object.entries<Fact<unknown>>(facts).flatMap(([name, fact]) =>
    fact.kind === "known" ? [] : [[name, fact.reason] as const],
  );
  return new Map(dark);
}

describe("a probe fails alone", () => {
  let copy = "";
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "plures-broken-"));
    chmodSync(copy, 0o755);
    cpSync(join(fixtures, "k3s-new"), copy, { recursive: true, verbatimSymlinks: true });
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  type Name = Exclude<keyof HostFacts, "origin">;
  const whole: readonly Name[] = [
    ...(["hostName", "operatingSystem", "distribution", "runtime", "kubelet", "confFolders"] as const),
    ...(["pluginFolders", "kernel", "interfaces", "routes", "mounts", "security", "multus"] as const),
  ];
  const namesUnknown = (facts: HostFacts): readonly string[] => [...reasonsOf(facts).keys()];

  test("whole, it has them all", async () => {
    const facts = await readHostFacts({ root: copy, live: false });
    expect(namesUnknown(facts)).toEqual([]);
    expect(Object.keys(facts).toSorted()).toEqual(["origin", ...whole].toSorted());
  });

  const config = "var/lib/rancher/k3s/agent/etc/containerd/config.toml";
  test.each([
    { path: "etc/os-release", unknown: ["operatingSystem"] },
    { path: "proc/net/dev", unknown: ["interfaces"] },
    { path: "proc/net/route", unknown: ["routes"] },
    { path: "proc/1/mountinfo", unknown: ["mounts"] },
    { path: config, unknown: ["runtime"] },
  ])("that may not read $path", async ({ path, unknown }) => {
    const facts = await asNobody(copy, path);
    expect(namesUnknown(facts)).toEqual(unknown);
    const reasons = reasonsOf(facts);
    for (const name of unknown) {
      expect(reasons.get(name)).toContain(`"/${path}"`);
      expect(reasons.get(name)).toContain("EACCES");
    }
  });

  test("with a broken file the runtime is unknown, never the default; the folders are the distribution's", async () => {
    const before = await Bun.file(join(copy, config)).text();
    writeFileSync(join(copy, config), "version = 3\n[plugins\n");
    const facts = await readHostFacts({ root: copy, live: false });
    writeFileSync(join(copy, config), before);
    expect(facts.runtime).toMatchObject({ kind: "unknown", reason: expect.stringContaining("(line 2)") });
    expect(knownOf(facts.confFolders)[0]?.path).toBe(k3sConf);
    expect(knownOf(facts.pluginFolders)[0]?.path).toBe("/var/lib/rancher/k3s/data/cni");
  });
});

/** Reads a machine as a user without rights, one file of it being locked. */
async function asNobody(root: string, locked: string): Promise<HostFacts> {
  chmodSync(join(root, locked), 0);
  try {
    const script = `
      const { readHostFacts } = await import(${JSON.stringify(join(import.meta.dir, "read-host-facts.ts"))});
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      console.log(JSON.stringify(await readHostFacts({ root: ${JSON.stringify(root)}, live: false })));`;
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", script]);
    if (stdout.length === 0) throw new Error(stderr.toString());
    return JSON.parse(stdout.toString());
  } finally {
    chmodSync(join(root, locked), 0o644);
  }
}

test("this machine, live: nothing throws, and what is printed is a document of the schema", async () => {
  const host = await readHostFacts({ root: "/", live: true });
  const document = JSON.parse(JSON.stringify({ schemaVersion: 1, takenAt: "2026-11-21T08:00:00Z", host }));
  expect(readFacts(document)).toMatchObject({ kind: "facts" });
  expect(knownOf(host.kernel).release.kind).toBe("known");
  expect(knownOf(host.interfaces).map(({ name }) => name)).toContain("lo");
});
