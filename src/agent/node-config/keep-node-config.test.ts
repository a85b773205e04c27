// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { aWhile, cilium, flannel, until, useNode } from "./node-config-testbed.ts";

const { dir, folder, write, read, start, startWithFlannel, events, reasons, told, primaryIn } = useNode();

test("a primary that is there is embedded, byte for byte, for root only", async () => {
  write("10-flannel.conflist", flannel);
  const one = start({}, "/k/config");
  await one.written;
  expect(primaryIn("00-multus.conflist")).toBe(flannel.trim());
  expect(read("00-multus.conflist")).toContain('"kubeconfig": "/k/config"');
  expect(statSync(folder("00-multus.conflist")).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${dir()}/net.d`).toSorted()).toEqual(["00-multus.conflist", "10-flannel.conflist"]);
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
  const one = start({ readinessindicatorfile: `${dir()}/run/ready` });
  await until(() => reasons().includes("WaitingForPrimary"));
  expect(told("WaitingForPrimary")).toBe(`the readiness file "${dir()}/run/ready" is not there`);
  await aWhile();
  expect(read("00-multus.conflist")).toBeUndefined();
  mkdirSync(`${dir()}/run`);
  writeFileSync(`${dir()}/run/ready`, "");
  await one.written;
  rmSync(`${dir()}/run/ready`);
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
  expect(existsSync(`${dir()}/cni/plures/replaced`)).toBe(false);
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

test("the primary may be in a folder of its own, as on OpenShift", async () => {
  mkdirSync(`${dir()}/own`);
  const one = start({ multusAutoconfigDir: `${dir()}/own` });
  await until(() => reasons().includes("WaitingForPrimary"));
  writeFileSync(`${dir()}/own/10-flannel.conflist`, flannel);
  await one.written;
  writeFileSync(`${dir()}/own/10-flannel.conflist`, flannel.replace("portmap", "bandwidth"));
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

test("stopping ends everything: the process ends by itself", async () => {
  write("10-flannel.conflist", flannel);
  const keys = { cniConfigDir: dir(), multusAutoconfigDir: `${dir()}/net.d`, cniDir: `${dir()}/cni` };
  const script = `import { keepNodeConfig } from "${import.meta.dir}/keep-node-config.ts";
    import { parseAgentConfig } from "${import.meta.dir}/../../node-config/index.ts";
    const config = parseAgentConfig(${JSON.stringify(JSON.stringify(keys))}, "test");
    const { signal } = new AbortController();
    const one = keepNodeConfig({ config, kubeconfig: undefined, signal, log: () => {}, tell: () => {} });
    await one.written;
    await one.stop();`;
  const child = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit", timeout: 5000 });
  expect(await child.exited).toBe(0);
  expect(existsSync(`${dir()}/00-multus.conflist`)).toBe(true);
}, 10_000);

test("the next agent goes on where the last one ended, without a write", async () => {
  await (await startWithFlannel()).stop();
  const { ino } = statSync(folder("00-multus.conflist"));
  const one = start();
  await one.written;
  expect(statSync(folder("00-multus.conflist")).ino).toBe(ino);
  expect(events()).toEqual([]);
  rmSync(folder("00-multus.conflist"));
  await until(() => one.state().putBacks === 1);
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

test("the younger agent owns a file that it found as it wants it, too", async () => {
  const older = await startWithFlannel();
  await Bun.sleep(30);
  const younger = start();
  await younger.written;
  rmSync(folder("00-multus.conflist"));
  await until(() => younger.state().putBacks === 1);
  await aWhile();
  expect(older.state()).toMatchObject({ putBacks: 0, waitingFor: expect.stringContaining("younger agent") });
});
