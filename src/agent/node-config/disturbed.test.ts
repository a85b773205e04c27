// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { aWhile, cilium, flannel, until, useNode } from "./node-config-testbed.ts";
import { keepCopy } from "./replaced-copies.ts";

/** The configuration of Multus' own daemon. */
const upstream =
  '{"cniVersion":"0.3.1","name":"multus-cni-network","type":"multus-shim","clusterNetwork":"/a"}\n';

const { dir, folder, write, read, start, startWithFlannel, events, reasons, told, primaryIn } = useNode();

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
  expect(events()).toEqual([]);
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
  expect(existsSync(`${dir()}/cni/plures/replaced`)).toBe(false);
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
  writeFileSync(`${dir()}/cni`, "a file where the folder of our state must be");
  write("00-multus.conf", upstream);
  write("05-cilium.conflist", cilium);
  const one = start();
  await until(() => reasons().includes("NodeConfigNotWritten"));
  write("unrelated", "");
  await aWhile();
  expect(reasons()).toEqual(["NodeConfigNotWritten"]);
  expect(read("00-multus.conf")).toBe(upstream);
  rmSync(`${dir()}/cni`);
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

test("a folder that is deleted and made again", async () => {
  const one = await startWithFlannel();
  rmSync(`${dir()}/net.d`, { recursive: true });
  await until(() => reasons().includes("NodeConfigNotWritten"));
  expect(told("NodeConfigNotWritten")).toContain("is not there; the runtime makes it");
  expect(one.state().isInPlace).toBe(false);
  mkdirSync(`${dir()}/net.d`);
  write("10-flannel.conflist", flannel);
  await until(() => primaryIn("00-multus.conflist") === flannel.trim());
  await until(() => one.state().isInPlace);
});

/** Leaves what a writer leaves that is killed before it renames. */
async function killWriter(path: string): Promise<void> {
  const script = `import { writeAtomically } from "${import.meta.dir}/../../host/atomic-write.ts";
    const text = "x".repeat(4_000_000);
    for (;;) writeAtomically({ path: "${path}", text, mode: 0o600, durable: true });`;
  const writer = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit" });
  await until(() => readdirSync(`${dir()}/net.d`).some((name) => name.endsWith(".tmp")), 10_000);
  writer.kill("SIGKILL");
  await writer.exited;
}

test("killed between writing and renaming: only a temporary file is left, and the next start removes it", async () => {
  const temporaries = () => readdirSync(`${dir()}/net.d`).filter((name) => !/\.conf(list)?$/.test(name));
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
  writeFileSync(`${dir()}/cni/plures/node-config.json`, "{");
  await start({ namespaceIsolation: true }).written;
  const copy = /in "([^"]+00-multus.conflist\.[^"]+)"/.exec(told("NodeConfigTakenOver"))?.[1] ?? "";
  expect(readFileSync(copy, "utf8")).toBe(old);
});

test("of copies the newest ten are kept", async () => {
  await startWithFlannel();
  const copies = `${dir()}/cni/plures/replaced`;
  for (let index = 0; index < 14; index++) keepCopy(`${dir()}/cni`, "00-multus.conf", `${index}`);
  keepCopy(`${dir()}/cni`, "00-multus.conf", "13");
  expect(readdirSync(copies)).toHaveLength(10);
  expect(readdirSync(copies).map((name) => readFileSync(`${copies}/${name}`, "utf8"))).toContain("13");
});

test("a folder that was deleted on the host while the pod holds it", async () => {
  const descriptor = openSync(`${dir()}/net.d`, "r");
  rmSync(`${dir()}/net.d`, { recursive: true });
  const one = start({ cniConfigDir: `/proc/self/fd/${descriptor}` });
  await until(() => reasons().includes("NodeConfigNotWritten"));
  expect(told("NodeConfigNotWritten")).toContain(
    "was deleted on the host while it was in use; restart the agent's pod",
  );
  await one.stop();
  closeSync(descriptor);
});
