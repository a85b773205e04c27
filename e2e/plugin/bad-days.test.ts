// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { waitUntil } from "../containerd/processes.ts";
import { linksInPod, lookForLeftovers, nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { type PluginNode, startNode } from "./node.ts";
import { nadObject, type TestPod, usualNetworks } from "./objects.ts";
import { armStop, type Stop } from "./plugin-stops.ts";
import { call, gcCall, makePod, mustCall, removeNamespace, startCall } from "./runtime.ts";

setDefaultTimeout(60_000);

const journalDir = "/var/lib/cni/multus/plures/journal";

/** Plugins that misbehave in ADD and are well-behaved otherwise, by what they do. */
const misbehaviours = {
  "ignores-sigterm": "trap '' TERM; sleep 60 & while :; do sleep 60; done",
  floods: "while :; do echo more and more and more and more and more; done",
  "prints-garbage": "echo '<html>'",
  "prints-nothing": ":",
  "dies-by-signal": "kill -SEGV $$",
  "fails-with-result": `echo '{"cniVersion":"1.0.0"}'; exit 3`,
} as const;

interface Misbehaviour {
  readonly plugin: keyof typeof misbehaviours;
  readonly code: number;
  readonly says: readonly string[];
}

let node: PluginNode;
let baseline: readonly string[];

beforeAll(async () => {
  const nads = Object.keys(misbehaviours).map((type) => nadObject(type, { cniVersion: "1.0.0", type }));
  node = await startNode([...usualNetworks, ...nads]);
  baseline = await podLinks(node);
  for (const [name, behaviour] of Object.entries(misbehaviours)) addPlugin(name, behaviour);
});

afterAll(async () => {
  await node?.stop();
});

afterEach(async () => {
  node.api.faults.clear();
  // What a failed test leaves must not fail the next one.
  await call(node, gcCall([]));
});

describe("a plugin", () => {
  const rows: readonly Misbehaviour[] = [
    { plugin: "ignores-sigterm", code: 11, says: ["did not end within", "2"] },
    { plugin: "floods", code: 5, says: ["printed more than"] },
    { plugin: "prints-garbage", code: 6, says: ["html"] },
    { plugin: "prints-nothing", code: 6, says: ["printed no result"] },
    { plugin: "dies-by-signal", code: 999, says: ["SIGSEGV"] },
    { plugin: "fails-with-result", code: 999, says: ["exit"] },
  ];
  test.each(rows)("that $plugin is named, ended, and all is taken back", async ({ plugin, code, says }) => {
    const pod = await makePod(node, `lan,${plugin},data`);
    const started = performance.now();
    const { line, whole } = await refusal(pod, code, { deadlineSeconds: 2 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(line).toContain(`default/${plugin}`);
    for (const piece of says) expect(whole).toContain(piece);
    await expectNothingLeft(pod);
  });

  const hanging: readonly Pick<Stop, "plugin" | "interface">[] = [
    { plugin: "macvlan", interface: "net1" },
    { plugin: "host-local", interface: "net2" },
  ];
  test.each(hanging)(
    "that hangs ($plugin of $interface) is stopped in time with its children",
    async (where) => {
      const pod = await makePod(node, "lan,data");
      const stop = await armStop(node.workDir, {
        ...where,
        containerId: pod.containerId,
        verb: "ADD",
        when: "before",
      });
      const { line } = await refusal(pod, 11, { deadlineSeconds: 2 });
      expect(line).toContain("did not end within");
      stop.disarm();
      await expectNothingLeft(pod);
    },
  );
});

describe("the runtime", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "ends an ADD with %s: plugins end, and its DEL finds what ran",
    async (signal) => {
      const pod = await makePod(node, "lan,data");
      const stop = await armStop(node.workDir, {
        containerId: pod.containerId,
        verb: "ADD",
        plugin: "bridge",
        interface: "net2",
        when: "before",
      });
      const running = startCall(node, { verb: "ADD", pod });
      await stop.reached();
      process.kill(running.pid, signal);
      const { exitCode, stdout } = await running.ended;
      stop.disarm();
      expect({ exitCode, error: JSON.parse(stdout) }).toMatchObject({ exitCode: 1, error: { code: 11 } });
      expect((await lookForLeftovers(node, baseline)).processes).toEqual([]);
      await mustCall(node, { verb: "DEL", pod });
      await expectNothingLeft(pod);
    },
  );

  test("calls DEL without ADD, and DEL twice", async () => {
    const pod = await makePod(node, "lan,data");
    await mustCall(node, { verb: "DEL", pod });
    await mustCall(node, { verb: "ADD", pod });
    await mustCall(node, { verb: "DEL", pod });
    await expectNothingLeft(pod);
  });

  test("calls DEL twice at once: the plugins may stumble over each other, the next DEL succeeds", async () => {
    const pod = await makePod(node, "lan,data");
    await mustCall(node, { verb: "ADD", pod });
    await Promise.all([call(node, { verb: "DEL", pod }), call(node, { verb: "DEL", pod })]);
    await mustCall(node, { verb: "DEL", pod });
    await expectNothingLeft(pod);
  });

  const lateNetns = [
    { what: "no CNI_NETNS", netns: "" },
    { what: "a path that is gone", netns: undefined },
  ];
  test.each(lateNetns)("calls DEL when the namespace is gone: $what", async ({ netns }) => {
    const pod = await makePod(node, "lan,data");
    await mustCall(node, { verb: "ADD", pod });
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: netns ?? pod.netns } });
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });

  test("asks for STATUS and gets a yes, and a no while a plugin is missing", async () => {
    await mustCall(node, { verb: "STATUS" });
    const config = { delegates: [{ cniVersion: "1.0.0", name: "cbr0", type: "calico" }] };
    const { exitCode, stdout } = await call(node, { verb: "STATUS", config });
    expect({ exitCode, error: JSON.parse(stdout) }).toMatchObject({
      exitCode: 1,
      error: { code: 50, msg: expect.stringContaining("calico") },
    });
  });
});

describe("the journal", () => {
  test("on a full disk: ADD is refused before a plugin runs, DEL works", async () => {
    const before = await makePod(node, "lan,data");
    const pod = await makePod(node, "lan,data");
    await withJournalOn("tmpfs -o size=32k", async () => {
      await mustCall(node, { verb: "ADD", pod: before });
      await node.output(["sh", "-c", `cat /dev/zero >${journalDir}/fill 2>&1 || true`]);
      const { line } = await refusal(pod, 5);
      for (const piece of ["journal", journalDir, "ENOSPC", "free space"]) expect(line).toContain(piece);
      expect(await linksInPod(node, pod)).toEqual([]);
      await mustCall(node, { verb: "DEL", pod: before });
      await node.output(["rm", `${journalDir}/fill`]);
    });
    await expectNothingLeft(pod);
    await expectNothingLeft(before);
  });

  test("in a read-only folder: ADD is refused; DEL takes all away, fails, and succeeds when it is writable", async () => {
    const before = await makePod(node, "lan,data");
    const pod = await makePod(node, "lan,data");
    await withJournalOn("tmpfs", async () => {
      await mustCall(node, { verb: "ADD", pod: before });
      await node.output(["mount", "-o", "remount,ro", journalDir]);
      const { line } = await refusal(pod, 5);
      for (const piece of ["journal", journalDir, "EROFS", "writable"]) expect(line).toContain(piece);
      const { exitCode, stdout } = await call(node, { verb: "DEL", pod: before });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining("EROFS") });
      expect(await linksInPod(node, before)).toEqual([]);
      await node.output(["mount", "-o", "remount,rw", journalDir]);
      await mustCall(node, { verb: "DEL", pod: before });
    });
    await expectNothingLeft(pod);
    await expectNothingLeft(before);
  });

  test("that turns read-only in the middle of ADD: all is taken back, DEL finishes", async () => {
    const pod = await makePod(node, "lan,data");
    await withJournalOn("tmpfs", async () => {
      const stop = await armStop(node.workDir, {
        containerId: pod.containerId,
        verb: "ADD",
        plugin: "macvlan",
        interface: "net1",
        when: "before",
      });
      const running = startCall(node, { verb: "ADD", pod });
      await stop.reached();
      await node.output(["mount", "-o", "remount,ro", journalDir]);
      await stop.release();
      const { exitCode, stdout } = await running.ended;
      stop.disarm();
      expect({ exitCode, error: JSON.parse(stdout) }).toMatchObject({
        exitCode: 1,
        error: {
          code: 5,
          msg: expect.stringContaining("writing the journal: EROFS"),
          details: expect.stringContaining("not taken back, left for DEL: removing the journal entry"),
        },
      });
      expect(await linksInPod(node, pod)).toEqual([]);
      await node.output(["mount", "-o", "remount,rw", journalDir]);
      await mustCall(node, { verb: "DEL", pod });
    });
    await expectNothingLeft(pod);
  });
});

describe("the API", () => {
  test("gone with pod, NAD and namespace: DEL needs none of them", async () => {
    const pod = await makePod(node, "lan,data");
    await mustCall(node, { verb: "ADD", pod });
    await removeNamespace(node, pod);
    const config = { kubeconfig: "/nowhere", delegates: undefined, clusterNetwork: "/nowhere/10-gone.conf" };
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" }, config });
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });

  test("that does not answer: ADD is refused, to be tried again", async () => {
    const pod = await makePod(node, "lan");
    const kubeconfig = `${node.workDir}/dead.kubeconfig`;
    writeFileSync(kubeconfig, node.api.kubeconfig({ cluster: { server: "https://127.0.0.1:9" } }));
    const { line } = await refusal(pod, 11, { kubeconfig, deadlineSeconds: 2 });
    expect(line).toContain("https://127.0.0.1:9");
    await expectNothingLeft(pod);
  });

  test("that takes no status: all is taken back", async () => {
    const pod = await makePod(node, "lan,data");
    node.api.faults.plan({ fault: { kind: "status", code: 500 }, method: "PATCH" });
    await refusal(pod, 11, { deadlineSeconds: 2 });
    await expectNothingLeft(pod);
  });

  test("that forgot the pod meanwhile: an empty result and nothing made", async () => {
    const pod = await makePod(node, "lan,data");
    const gone = { ...pod, name: "never-was" };
    expect(JSON.parse(await mustCall(node, { verb: "ADD", pod: gone }))).not.toHaveProperty("ips");
    await expectNothingLeft(pod);
  });
});

function addPlugin(name: string, behaviour: string): void {
  const versions = '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}';
  const text = `#!/bin/sh\ncase $CNI_COMMAND in\nVERSION) echo '${versions}' ;;\nADD) ${behaviour} ;;\nesac\n`;
  writeFileSync(`${node.binDir}/${name}`, text);
  chmodSync(`${node.binDir}/${name}`, 0o755);
}

/** What ADD is refused with: the line that a runtime shows, and with what did not fit into it. */
async function refusal(
  pod: TestPod,
  code: number,
  config: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly line: string; readonly whole: string }> {
  const { exitCode, stdout } = await call(node, { verb: "ADD", pod, config });
  const error = JSON.parse(stdout);
  expect({ exitCode, error }).toMatchObject({ exitCode: 1, error: { code } });
  expect(error.msg).toMatch(/^[^\n]{1,200}$/);
  expect(error.msg).toContain(`pod default/${pod.name}`);
  return { line: error.msg, whole: `${error.msg}\n${error.details}` };
}

/** After the runtime's last DEL. */
async function expectNothingLeft(pod: TestPod): Promise<void> {
  expect(await linksInPod(node, pod)).toEqual([]);
  await mustCall(node, { verb: "DEL", pod });
  await removeNamespace(node, pod);
  expect(await settledLeftovers(node, baseline)).toEqual(nothing);
}

/** Puts the journal on a file system of its own while `act` runs. */
async function withJournalOn(fileSystem: string, act: () => Promise<void>): Promise<void> {
  await node.output(["mkdir", "-p", journalDir]);
  await node.output(["mount", "-t", ...fileSystem.split(" "), "journal", journalDir]);
  try {
    await act();
  } finally {
    await waitUntil("nobody uses the journal's file system", async () =>
      node.output(["umount", journalDir]).then(
        () => true,
        () => false,
      ),
    );
  }
}
