// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { elementTexts, valueText } from "../cni/index.ts";
import { parseAgentConfig } from "../node-config/index.ts";
import { type KeptNodeConfig, keepNodeConfig, type NodeEvent } from "./keep-node-config.ts";
import { keepCopy } from "./keep-node-config-files.ts";

const flannel = `{ "name": "cbr0", "cniVersion": "1.0.0", "plugins": [{ "type": "flannel", "big": 12345678901234567890 },
  { "type": "portmap", "capabilities": { "portMappings": true } }] }\n`;
const cilium = '{"cniVersion":"0.3.1","name":"cilium","plugins":[{"type":"cilium-cni"}]}\n';
const upstream =
  '{"cniVersion":"0.3.1","name":"multus-cni-network","type":"multus-shim","clusterNetwork":"/a"}\n';

let dir: string;
let events: NodeEvent[];
let kept: KeptNodeConfig[];
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-node-`);
  mkdirSync(`${dir}/net.d`);
  events = [];
  kept = [];
});
afterEach(async () => {
  for (const one of kept) await one.stop();
  rmSync(dir, { recursive: true, force: true });
});

const folder = (name: string): string => `${dir}/net.d/${name}`;
const write = (name: string, text: string): void => writeFileSync(folder(name), text);
const read = (name: string): string | undefined =>
  existsSync(folder(name)) ? readFileSync(folder(name), "utf8") : undefined;
const reasons = (): readonly string[] => events.map(({ reason }) => reason);
const told = (reason: string): string => events.findLast((event) => event.reason === reason)?.message ?? "";

function start(keys: object = {}, kubeconfig?: string): KeptNodeConfig {
  const config = parseAgentConfig(
    JSON.stringify({ cniConfigDir: `${dir}/net.d`, cniDir: `${dir}/cni`, ...keys }),
    "test",
  );
  const one = keepNodeConfig({
    config,
    kubeconfig,
    signal: new AbortController().signal,
    log: () => {},
    tell: (event) => events.push(event),
    // A poll that never comes: what is noticed is noticed by the watch.
    times: { settle: 20, poll: 600_000, patience: { running: 300, starting: 300 } },
  });
  kept.push(one);
  return one;
}

async function until(condition: () => boolean, withinMs = 4000): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!condition() && performance.now() < endsAt) await Bun.sleep(5);
  expect(condition()).toBe(true);
}

/** A while in which the watch would have told of everything. */
const aWhile = (): Promise<void> => Bun.sleep(150);

/** The text of the primary that a file of ours embeds. */
function primaryIn(name: string): string | undefined {
  const text = read(name) ?? "{}";
  const plugin = name.endsWith("list") ? (elementTexts(valueText(text, "plugins") ?? "[]")[0] ?? "{}") : text;
  return elementTexts(valueText(plugin, "delegates") ?? "[]")[0];
}

async function startWithFlannel(keys: object = {}): Promise<KeptNodeConfig> {
  write("10-flannel.conflist", flannel);
  const one = start(keys);
  await one.written;
  events.length = 0;
  return one;
}

test("a primary that is there is embedded, byte for byte, for root only", async () => {
  write("10-flannel.conflist", flannel);
  const one = start({}, "/k/config");
  await one.written;
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
  expect(read("00-multus.conflist")).toContain('"kubeconfig": "/k/config"');
  expect(statSync(folder("00-multus.conflist")).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${dir}/net.d`).toSorted()).toEqual(["00-multus.conflist", "10-flannel.conflist"]);
  expect(reasons()).toEqual(["NodeConfigWritten"]);
  expect(one.state()).toEqual({
    isInPlace: true,
    path: folder("00-multus.conflist"),
    primary: { path: folder("10-flannel.conflist"), name: "cbr0", type: "flannel" },
    waitingFor: undefined,
    findings: [],
    writes: 1,
    putBacks: 0,
    isContested: false,
  });
});

test("a primary that comes later is waited for, and so is a half written one", async () => {
  const one = start();
  await until(() => reasons().includes("WaitingForPrimary"));
  expect(told("WaitingForPrimary")).toBe("no primary network: there is no configuration");
  write("10-flannel.conflist", flannel.slice(0, 60));
  await until(() => one.state().waitingFor?.includes("10-flannel") === true);
  expect(read("00-multus.conflist")).toBeUndefined();
  write("10-flannel.conflist", flannel);
  await one.written;
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
  expect(one.state().waitingFor).toBeUndefined();
});

test("another network does not take the place of the one that is named", async () => {
  write("05-podman.conflist", '{"name":"podman","cniVersion":"0.4.0","plugins":[{"type":"bridge"}]}');
  const one = start({ primaryName: "cbr0", primaryType: "flannel" });
  await until(() => reasons().includes("WaitingForPrimary"));
  expect(told("WaitingForPrimary")).toContain('is the network "podman", not "cbr0"');
  write("10-flannel.conflist", flannel);
  await one.written;
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
});

test("the readiness file is waited for", async () => {
  write("10-flannel.conflist", flannel);
  const one = start({ readinessindicatorfile: `${dir}/run/ready` });
  await until(() => reasons().includes("WaitingForPrimary"));
  expect(told("WaitingForPrimary")).toBe(`the readiness file "${dir}/run/ready" is not there`);
  await aWhile();
  expect(read("00-multus.conflist")).toBeUndefined();
  mkdirSync(`${dir}/run`);
  writeFileSync(`${dir}/run/ready`, "");
  await one.written;
  rmSync(`${dir}/run/ready`);
  write("10-flannel.conflist", flannel.replace("portmap", "bandwidth"));
  await until(() => primaryIn("00-multus.conflist")?.includes("bandwidth") === true);
});

test("a change of the primary is followed", async () => {
  const one = await startWithFlannel();
  const changed = flannel.replace('"big"', '"mtu": 1400, "big"');
  write("10-flannel.conflist", changed);
  await until(() => primaryIn("00-multus.conflist") === changed.trim());
  expect(reasons()).toEqual(["NodeConfigWritten"]);
  expect(one.state().writes).toBe(2);
});

const damages: readonly { readonly what: string; readonly text: string; readonly says: RegExp }[] = [
  { what: "empty", text: "", says: /is empty/ },
  { what: "half written", text: flannel.slice(0, 90), says: /line 1 column/ },
  { what: "no network", text: "{}", says: /neither "plugins" nor "type"/ },
];

test.each(damages)(
  "a primary that is $what: the last good one stays, also when it is removed",
  async ({ text, says }) => {
    const one = await startWithFlannel();
    write("87-podman.conflist", '{"name":"podman","cniVersion":"0.4.0","plugins":[{"type":"bridge"}]}');
    const good = read("00-multus.conflist");
    write("10-flannel.conflist", text);
    await until(() => reasons().includes("PrimaryUnusable"));
    expect(told("PrimaryUnusable")).toMatch(says);
    expect(one.state().findings.map(({ reason }) => reason)).toEqual(["primary-unusable"]);
    rmSync(folder("00-multus.conflist"));
    await until(() => read("00-multus.conflist") === good);
    write("10-flannel.conflist", flannel);
    await until(() => one.state().findings.length === 0);
    expect(read("00-multus.conflist")).toBe(good);
  },
);

test("a file that somebody removed is put back", async () => {
  const one = await startWithFlannel();
  const good = read("00-multus.conflist");
  rmSync(folder("00-multus.conflist"));
  await until(() => read("00-multus.conflist") === good);
  expect(reasons()).toEqual(["NodeConfigPutBack"]);
  expect(told("NodeConfigPutBack")).toContain("somebody removed it");
  expect(one.state().putBacks).toBe(1);
});

test("Cilium's renaming is undone, and the event says who and how to stop it", async () => {
  const one = await startWithFlannel();
  const good = read("00-multus.conflist");
  renameSync(folder("00-multus.conflist"), folder("00-multus.conflist.cilium_bak"));
  await until(() => read("00-multus.conflist") === good);
  await until(() => one.state().findings.length === 1);
  expect(reasons()).toEqual(["NodeConfigPutBack", "LeftoverFound"]);
  expect(told("NodeConfigPutBack")).toContain("Cilium renamed it");
  expect(told("LeftoverFound")).toContain("cni.exclusive: false");
  expect(one.state().findings.map(({ file }) => file)).toEqual(["00-multus.conflist.cilium_bak"]);
});

test("a file that was edited is put back, and what it was is kept", async () => {
  await startWithFlannel();
  const good = read("00-multus.conflist");
  write("00-multus.conflist", "{}");
  await until(() => read("00-multus.conflist") === good);
  const copy = /in "([^"]+)"/.exec(told("NodeConfigPutBack"))?.[1] ?? "";
  expect(readFileSync(copy, "utf8")).toBe("{}");
});

test("a mode that lets others read it is taken back, without a word", async () => {
  await startWithFlannel();
  chmodSync(folder("00-multus.conflist"), 0o666);
  await until(() => (statSync(folder("00-multus.conflist")).mode & 0o777) === 0o600);
  expect(events).toEqual([]);
});

test("somebody who takes it away again and again gets it back ever later, and is told of once", async () => {
  const one = await startWithFlannel();
  const endsAt = performance.now() + 2000;
  let removals = 0;
  while (performance.now() < endsAt) {
    if (existsSync(folder("00-multus.conflist"))) {
      rmSync(folder("00-multus.conflist"));
      removals += 1;
    }
    await Bun.sleep(2);
  }
  // At once, after half a second, one, two...: never in a hot loop.
  expect(removals).toBeWithin(3, 6);
  expect(reasons().filter((reason) => reason === "NodeConfigContested")).toHaveLength(1);
  expect(one.state()).toMatchObject({ isContested: true, isInPlace: false });
  await until(() => existsSync(folder("00-multus.conflist")), 6000);
}, 20_000);

test("flannel gives way to Cilium: the other form, and the old file goes", async () => {
  const one = await startWithFlannel();
  write("05-cilium.conflist", cilium);
  await until(
    () => primaryIn("00-multus.conf") === cilium.trim() && read("00-multus.conflist") === undefined,
  );
  rmSync(folder("10-flannel.conflist"));
  await aWhile();
  expect(reasons()).toEqual(["NodeConfigWritten", "PrimaryChanged", "LeftoverRemoved"]);
  expect(told("PrimaryChanged")).toContain('"cilium" of type cilium-cni');
  expect(one.state().findings).toEqual([]);
  expect(existsSync(`${dir}/cni/plures/replaced`)).toBe(false);
});

test("a primary whose file goes is waited for a while before another takes its place", async () => {
  await startWithFlannel();
  write("15-cilium.conflist", cilium);
  rmSync(folder("10-flannel.conflist"));
  await until(() => reasons().includes("WaitingForPrimary"));
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
  await until(() => primaryIn("00-multus.conf") === cilium.trim());
  expect(read("00-multus.conflist")).toBeUndefined();
});

test("both names left over from an agent before us: ours is known, and goes", async () => {
  const first = await startWithFlannel();
  await first.stop();
  const old = read("00-multus.conflist") ?? "";
  rmSync(folder("10-flannel.conflist"));
  write("05-cilium.conflist", cilium);
  const second = start();
  await second.written;
  await until(() => read("00-multus.conflist") === undefined);
  expect(primaryIn("00-multus.conf")).toBe(cilium.trim());
  expect(old).not.toBe("");
  expect(existsSync(`${dir}/cni/plures/replaced`)).toBe(false);
});

test("upstream's file under the other name would be taken by the runtime: a copy is kept, it goes", async () => {
  write("00-multus.conf", upstream);
  write("10-flannel.conflist", flannel);
  await start().written;
  await until(() => read("00-multus.conf") === undefined);
  const copy = /copy is in "([^"]+)"/.exec(told("LeftoverRemoved"))?.[1] ?? "";
  expect(readFileSync(copy, "utf8")).toBe(upstream);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
});

test("upstream's file in our place is taken over after a copy", async () => {
  write("00-multus.conf", upstream);
  write("05-cilium.conflist", cilium);
  await start().written;
  expect(primaryIn("00-multus.conf")).toBe(cilium.trim());
  const copy = /in "([^"]+00-multus.conf\.[^"]+)"/.exec(told("NodeConfigTakenOver"))?.[1] ?? "";
  expect(readFileSync(copy, "utf8")).toBe(upstream);
});

test("without a copy nothing is taken over", async () => {
  writeFileSync(`${dir}/cni`, "a file where the folder of our state must be");
  write("00-multus.conf", upstream);
  write("05-cilium.conflist", cilium);
  const one = start();
  await until(() => reasons().includes("NodeConfigNotWritten"));
  expect(read("00-multus.conf")).toBe(upstream);
  rmSync(`${dir}/cni`);
  await one.written;
  expect(primaryIn("00-multus.conf")).toBe(cilium.trim());
});

test("somebody else's file under our other name is told of and stays", async () => {
  write("00-multus.conf", cilium);
  const one = await startWithFlannel();
  await until(() => one.state().findings.length === 1);
  expect(one.state().findings.map(({ reason }) => reason)).toEqual(["other-file-in-the-way"]);
  expect(read("00-multus.conf")).toBe(cilium);
});

test("a foreign configuration that sorts first is told of, once, and is not the primary", async () => {
  const one = await startWithFlannel();
  write("00-aaa.conflist", cilium);
  await until(() => reasons().includes("ForeignConfigFirst"));
  write("unrelated", "");
  await aWhile();
  expect(reasons()).toEqual(["ForeignConfigFirst"]);
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
  rmSync(folder("00-aaa.conflist"));
  await until(() => one.state().findings.length === 0);
});

test("a folder that is deleted and made again", async () => {
  const one = await startWithFlannel();
  rmSync(`${dir}/net.d`, { recursive: true });
  await until(() => reasons().includes("NodeConfigNotWritten"));
  expect(told("NodeConfigNotWritten")).toContain("is not there; the runtime makes it");
  expect(one.state().isInPlace).toBe(false);
  mkdirSync(`${dir}/net.d`);
  write("10-flannel.conflist", flannel);
  await until(() => primaryIn("00-multus.conflist") === flannel.trim());
  await until(() => one.state().isInPlace);
});

test("the primary may be in a folder of its own, as on OpenShift", async () => {
  mkdirSync(`${dir}/own`);
  const one = start({ multusAutoconfigDir: `${dir}/own` });
  await until(() => reasons().includes("WaitingForPrimary"));
  writeFileSync(`${dir}/own/10-flannel.conflist`, flannel);
  await one.written;
  writeFileSync(`${dir}/own/10-flannel.conflist`, flannel.replace("portmap", "bandwidth"));
  await until(() => primaryIn("00-multus.conflist")?.includes("bandwidth") === true);
});

test("stopping leaves the file, and ends the watch", async () => {
  const one = await startWithFlannel();
  await one.stop();
  const good = read("00-multus.conflist");
  expect(good).toBeDefined();
  rmSync(folder("00-multus.conflist"));
  await aWhile();
  expect(read("00-multus.conflist")).toBeUndefined();
});

test("the next agent goes on where the last one ended, without a write", async () => {
  await (await startWithFlannel()).stop();
  const { ino } = statSync(folder("00-multus.conflist"));
  const one = start();
  await one.written;
  expect(statSync(folder("00-multus.conflist")).ino).toBe(ino);
  expect(events).toEqual([]);
  rmSync(folder("00-multus.conflist"));
  await until(() => one.state().putBacks === 1);
});

/** Leaves what a writer leaves that is killed before it renames. */
async function killWriter(path: string): Promise<void> {
  const script = `import { writeAtomically } from "${import.meta.dir}/../host/atomic-write.ts";
    const text = "x".repeat(4_000_000);
    for (;;) writeAtomically({ path: "${path}", text, mode: 0o600, durable: true });`;
  const writer = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit" });
  await until(() => readdirSync(`${dir}/net.d`).some((name) => name.endsWith(".tmp")), 10_000);
  writer.kill("SIGKILL");
  await writer.exited;
}

test("killed between writing and renaming: only a temporary file is left, and the next start removes it", async () => {
  const temporaries = () => readdirSync(`${dir}/net.d`).filter((name) => !/\.conf(list)?$/.test(name));
  for (let round = 0; round < 20 && temporaries().length === 0; round++) {
    await killWriter(folder("00-multus.conflist"));
  }
  expect(temporaries()).toHaveLength(1);
  expect(temporaries()[0]).toMatch(/^00-multus\.conflist\..*\.tmp$/);
  write("10-flannel.conflist", flannel);
  write("somebody.1-2-3.tmp", "");
  await start().written;
  expect(temporaries()).toEqual(["somebody.1-2-3.tmp"]);
}, 60_000);

test("a record that is broken: our file is taken for somebody else's, of which a copy is kept", async () => {
  const first = await startWithFlannel();
  await first.stop();
  const old = read("00-multus.conflist") ?? "";
  writeFileSync(`${dir}/cni/plures/node-config.json`, "{");
  await start({ namespaceIsolation: true }).written;
  const copy = /in "([^"]+00-multus.conflist\.[^"]+)"/.exec(told("NodeConfigTakenOver"))?.[1] ?? "";
  expect(readFileSync(copy, "utf8")).toBe(old);
});

test("of copies the newest ten are kept", async () => {
  await startWithFlannel();
  const copies = `${dir}/cni/plures/replaced`;
  for (let index = 0; index < 14; index++) keepCopy(`${dir}/cni`, "00-multus.conf", `${index}`);
  keepCopy(`${dir}/cni`, "00-multus.conf", "13");
  expect(readdirSync(copies)).toHaveLength(10);
  expect(readdirSync(copies).map((name) => readFileSync(`${copies}/${name}`, "utf8"))).toContain("13");
});

test("a folder that was deleted on the host while the pod holds it", async () => {
  const descriptor = openSync(`${dir}/net.d`, "r");
  rmSync(`${dir}/net.d`, { recursive: true });
  start({ cniConfigDir: `/proc/self/fd/${descriptor}` });
  await until(() => reasons().includes("NodeConfigNotWritten"));
  expect(told("NodeConfigNotWritten")).toContain(
    "was deleted on the host while it was in use; restart the agent's pod",
  );
  for (const one of kept) await one.stop();
  closeSync(descriptor);
});

test("two agents at once: the younger one owns the file, the older one lets it be", async () => {
  const older = await startWithFlannel();
  await Bun.sleep(30);
  const younger = start({ namespaceIsolation: true });
  await until(() => read("00-multus.conflist")?.includes("namespaceIsolation") === true);
  await until(() => older.state().waitingFor === "a younger agent on this node has taken over");
  await aWhile();
  expect(read("00-multus.conflist")).toContain("namespaceIsolation");
  expect(younger.state()).toMatchObject({ putBacks: 0, isInPlace: true });
  rmSync(folder("00-multus.conflist"));
  await until(() => younger.state().putBacks === 1);
  expect(older.state().putBacks).toBe(0);
});
