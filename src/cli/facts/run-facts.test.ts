// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Facts, readFacts } from "../../diagnosis/facts/index.ts";
import { startApiServer } from "../../testing/api-server/index.ts";
import type { CommandFailure } from "../command-failure.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { createOutput, type OutputFormat } from "../output.ts";
import type { FactsOptions } from "./choose-sides.ts";
import { runFacts } from "./run-facts.ts";

const nothing: FactsOptions = { root: undefined, cluster: [], kubeconfig: undefined, local: false };

const pod = (name: string, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", annotations },
  spec: { containers: [{ name: "c" }] },
});
const pods = [pod("plain"), pod("two-nets", { "k8s.v1.cni.cncf.io/networks": "lan" })];
const daemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "kube-multus-ds", namespace: "kube-system" },
  spec: { template: { spec: { containers: [{ name: "c", command: ["/thin_entrypoint"] }] } } },
  status: { desiredNumberScheduled: 1, numberReady: 1 },
};
const recorded = { apiVersion: "v1", kind: "List", items: [...pods, daemonSet] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-facts-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

async function run(options: Partial<FactsOptions>, format: OutputFormat = "json"): Promise<Ran> {
  const written = { out: "", err: "" };
  const output = createOutput({
    format,
    writeOut: (text) => {
      written.out += text;
    },
    writeError: (text) => {
      written.err += text;
    },
    isTerminal: false,
    environment: {},
    now: () => 0,
  });
  const code = await runFacts({ ...nothing, ...options }, output);
  return { code, ...written };
}

/** What was printed, read back as others would: against the published schema. */
function factsIn({ out }: Ran): Facts {
  const reading = readFacts(JSON.parse(out));
  if (reading.kind !== "facts") throw new Error(JSON.stringify(reading));
  return reading.facts;
}

async function write(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function failureOf(options: Partial<FactsOptions>): Promise<CommandFailure> {
  const failure: unknown = await run(options).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  // `toMatchObject` below tells when it is another error.
  return failure as CommandFailure;
}

describe("a recorded cluster", () => {
  test("is one document of the schema, and this host is left out", async () => {
    const ran = await run({ cluster: [await write("cluster.json", recorded)] });
    const { host, cluster } = factsIn(ran);
    expect(host).toBeUndefined();
    expect(cluster?.multusDaemonSets).toMatchObject({ value: [{ flavour: "upstream-thin" }] });
    expect(ran).toMatchObject({ code: exitCodes.fine, err: "" });
  });

  test("as text has a line for everything, the unknown with its reason", async () => {
    const { out } = await run({ cluster: [await write("cluster.json", recorded)] }, "text");
    expect(out).toContain("kube-system/kube-multus-ds: upstream-thin, ready on 1 of 1 node");
    expect(out).toMatch(/API server +unknown: .*cluster\.json holds no answer of/);
    expect(out).toMatch(/own rights +not applicable: /);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  test("may be manifests that are not applied: our own are recognised, with what they mount", async () => {
    const deploy = join(import.meta.dir, "../../../deploy");
    const { cluster } = factsIn(
      await run({ cluster: ["crd.yaml", "plures-agent-k3s.yaml"].map((name) => join(deploy, name)) }),
    );
    expect(cluster?.multusDaemonSets).toMatchObject({
      value: [
        { namespace: "kube-system", flavour: "plures", engine: "agent", configMaps: { kind: "known" } },
      ],
    });
    expect(JSON.stringify(cluster?.multusDaemonSets)).toContain("/var/lib/rancher/k3s/agent/etc/cni/net.d");
    expect(cluster?.crd).toMatchObject({ value: { exists: true, versions: ["v1"] } });
  });

  test("cannot make a terminal do anything", async () => {
    const named = { ...daemonSet, metadata: { name: "\u001b[31mred", namespace: "a\nb" } };
    const { out } = await run({ cluster: [await write("cluster.json", named)] }, "text");
    expect(out).toContain("a b/ [31mred: upstream-thin");
    expect(out).not.toContain("\u001b");
  });

  test("of which nothing can be used is 5", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { a: "c2VjcmV0" } };
    const ran = await run({ cluster: [await write("secret.json", secret)] });
    expect(ran.code).toBe(exitCodes.couldNotLook);
    expect(ran.out).not.toContain("c2VjcmV0");
  });
});

describe("a live cluster", () => {
  test("by a kubeconfig, beside a recorded host", async () => {
    const server = await startApiServer({ objects: pods });
    try {
      await mkdir(join(folder, "root"));
      const kubeconfig = await write("kubeconfig", server.kubeconfig());
      const { cluster, host } = factsIn(await run({ root: join(folder, "root"), kubeconfig }));
      expect(cluster?.origin).toEqual({ kind: "live", server: server.url });
      expect(cluster?.pods).toMatchObject({ value: { total: 2, withNetworks: 1 } });
      expect(host?.origin).toEqual({ kind: "recorded", root: join(folder, "root") });
    } finally {
      await server.stop();
    }
  });

  test("that cannot be reached is 5, and the host is told all the same", async () => {
    const kubeconfig = await write("kubeconfig", "clusters: 3");
    const ran = await run({ kubeconfig });
    expect(ran.code).toBe(exitCodes.couldNotLook);
    const { cluster, host } = factsIn(ran);
    expect(cluster?.nodes).toMatchObject({ kind: "unknown", reason: expect.stringContaining("kubeconfig") });
    expect(host?.origin.kind).toBe("live");
    expect(host?.kernel.kind).toBe("known");
  });
});

test("a recorded host, as text, is what the page shows", async () => {
  const repository = join(import.meta.dir, "../../..");
  const page = await readFile(join(repository, "docs/commands/facts.md"), "utf8");
  const [, shown = ""] = /\nHost recorded in [^\n]*\n(.*?)\n {2}\.\.\.\n```/s.exec(page) ?? [];
  const { out } = await run({ root: join(repository, "src/host/facts/fixtures/k3s-new") }, "text");
  expect(out).toContain(`\n${shown}\n`);
  expect(shown.split("\n").length).toBeGreaterThan(10);
});

test("this host alone", async () => {
  const ran = await run({ local: true });
  expect(ran).toMatchObject({ code: exitCodes.fine, err: "" });
  const { host, cluster } = factsIn(ran);
  expect(cluster).toBeUndefined();
  expect(host).toMatchObject({ origin: { kind: "live" }, hostName: { kind: "known" } });
});

test("this host alone, as text", async () => {
  const { out } = await run({ local: true }, "text");
  expect(out).toMatch(/^taken \d{4}-.*\n\nThis host\n/);
  for (const title of ["distribution", "runtime", "kernel", "Multus"])
    expect(out).toMatch(new RegExp(`^  ${title} `, "m"));
});

describe("wrong input is 2 and names the option", () => {
  test.each<[string, () => Promise<Partial<FactsOptions>>, string]>([
    ["a root that is not there", async () => ({ root: join(folder, "none") }), "there is no such folder"],
    ["a root that is a file", async () => ({ root: await write("file", "x") }), "it is no folder"],
    [
      "a kubeconfig that is not there",
      async () => ({ kubeconfig: join(folder, "none") }),
      "of --kubeconfig: there is no such file",
    ],
    [
      "objects that are none",
      async () => ({ cluster: [await write("c.json", "{}")] }),
      "apiVersion must be a text",
    ],
    ["options that exclude each other", async () => ({ kubeconfig: "k", local: true }), "exclude each other"],
  ])("%s", async (_, options, message) => {
    const failure = await failureOf(await options());
    expect(failure).toMatchObject({
      exitCode: exitCodes.wrongInput,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/./),
    });
  });
});
