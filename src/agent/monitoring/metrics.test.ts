// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMetrics, type MetricSources } from "./metrics.ts";

/** The value of each series by its name with labels. */
async function collect(metrics: ReturnType<typeof createMetrics>): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

const all: MetricSources = {
  version: "1.2.3",
  queue: () => ({ running: 3, waiting: 5 }),
  watchAges: () => ({ pods: 1500, networks: 250 }),
  journalEntries: async () => 17,
  leaks: () => ({ found: 4, left: 1 }),
  podsDetached: () => 2,
  nodeConfigState: () => "written",
  hostKubeconfigExpires: () => new Date(1_000_000_000),
};

test("what is read shows what the sources say, each time anew", async () => {
  let state = "waiting";
  const metrics = createMetrics({ ...all, nodeConfigState: () => state });
  expect(await collect(metrics)).toMatchObject({
    plures_requests_running: 3,
    plures_requests_waiting: 5,
    'plures_watch_age_seconds{resource="pods"}': 1.5,
    'plures_watch_age_seconds{resource="networks"}': 0.25,
    plures_journal_entries: 17,
    plures_leaks_found_total: 4,
    plures_leaks_left: 1,
    plures_pods_detached: 2,
    'plures_node_config{state="waiting"}': 1,
    plures_host_kubeconfig_expires_timestamp_seconds: 1_000_000,
    [`plures_build_info{version="1.2.3",runtime="${Bun.version}"}`]: 1,
  });
  state = "written";
  const later = await collect(metrics);
  expect(later['plures_node_config{state="written"}']).toBe(1);
  expect(later).not.toHaveProperty('plures_node_config{state="waiting"}');
  expect(later.plures_leaks_found_total).toBe(4);
  expect(later.process_resident_memory_bytes).toBeGreaterThan(10_000_000);
  const started = later.process_start_time_seconds ?? 0;
  expect(Math.abs(started - (Date.now() / 1000 - process.uptime()))).toBeLessThan(5);
});

test("a source that is absent or fails leaves its metric out, and the others stay", async () => {
  const failing = () => {
    throw new Error("no");
  };
  const series = await collect(
    createMetrics({
      version: "1",
      journalEntries: async () => failing(),
      queue: () => ({ running: 3, waiting: 5 }),
      leaks: failing,
    }),
  );
  for (const name of ["plures_journal_entries", "plures_leaks_found_total", "plures_pods_detached"])
    expect(series).not.toHaveProperty(name);
  expect(series.plures_requests_running).toBe(3);
});

test("a watch that was never heard is older than anything", async () => {
  const metrics = createMetrics({ version: "1", watchAges: () => ({ pods: Number.POSITIVE_INFINITY }) });
  expect(await metrics.text()).toContain('plures_watch_age_seconds{resource="pods"} +Inf\n');
});

test("requests are counted by verb and outcome, with their seconds per verb", async () => {
  const metrics = createMetrics({ version: "1" });
  metrics.request("ADD", "ok", 80);
  metrics.request("ADD", "try-again", 20_000);
  metrics.request("DEL", "ok", 4);
  expect(await collect(metrics)).toMatchObject({
    'plures_requests_total{verb="ADD",outcome="ok"}': 1,
    'plures_requests_total{verb="ADD",outcome="try-again"}': 1,
    'plures_requests_total{verb="DEL",outcome="ok"}': 1,
    'plures_request_duration_seconds_count{verb="ADD"}': 2,
    'plures_request_duration_seconds_sum{verb="ADD"}': 20.08,
    'plures_request_duration_seconds_bucket{le="0.1",verb="ADD"}': 1,
    'plures_request_duration_seconds_bucket{le="30",verb="ADD"}': 2,
  });
});

test("plugins are counted per network", async () => {
  const metrics = createMetrics({ version: "1" });
  const run = { verb: "ADD", plugin: "bridge", network: "default/a", outcome: "ok", ms: 30 } as const;
  metrics.plugin(run);
  metrics.plugin({ ...run, network: "default/b", outcome: "failed", ms: 70 });
  const series = await collect(metrics);
  const labels = 'verb="ADD",plugin="bridge"';
  expect(series).toMatchObject({
    [`plures_plugin_duration_seconds_count{${labels}}`]: 2,
    [`plures_plugin_duration_seconds_sum{${labels}}`]: 0.1,
    [`plures_network_plugin_runs_total{${labels},network="default/a",outcome="ok"}`]: 1,
    [`plures_network_plugin_runs_total{${labels},network="default/b",outcome="failed"}`]: 1,
    [`plures_network_plugin_seconds_total{${labels},network="default/b"}`]: 0.07,
  });
});

test("ten thousand names of networks and plugins do not become as many series", async () => {
  const metrics = createMetrics({ version: "1" });
  for (let index = 0; index < 10_000; index++) {
    metrics.plugin({ verb: "ADD", plugin: `p${index}`, network: `n${index}`, outcome: "ok", ms: 1 });
  }
  const series = await collect(metrics);
  expect(Object.keys(series).length).toBeLessThan(1_500);
  const last = 'verb="ADD",plugin="other",network="other",outcome="ok"';
  expect(series[`plures_network_plugin_runs_total{${last}}`]).toBe(9_800);
});

test("a name with quotes and line breaks stays one series", async () => {
  const metrics = createMetrics({ version: "1" });
  metrics.plugin({ verb: "ADD", plugin: "p", network: 'a"\n} 5\nx{', outcome: "ok", ms: 1 });
  expect(await metrics.text()).toContain('network="a\\"\\n} 5\\nx{"');
});

/** Name, type and labels of every metric that is served. */
async function served(): Promise<readonly string[]> {
  const metrics = createMetrics(all);
  metrics.request("ADD", "ok", 1);
  metrics.plugin({ verb: "ADD", plugin: "p", network: "n", outcome: "ok", ms: 1 });
  metrics.hostKubeconfigWrite("ok");
  const text = await metrics.text();
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => {
    const series = text.split("\n").find((line) => new RegExp(`^${name}(_bucket)?[{ ]`).test(line)) ?? "";
    const labels = [...series.matchAll(/[{,](\w+)="/g)].map(([, label = ""]) => label);
    return [name, type, ...labels.filter((label) => label !== "le").sort()].join(" ");
  });
}

test("the page names the metrics that are served, with type and labels", async () => {
  const page = readFileSync(join(import.meta.dir, "../../../docs/metrics.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)].map(([, name, type, labels = ""]) => {
    const words = [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label);
    return [name, type, ...words.sort()].join(" ");
  });
  expect(rows.toSorted()).toEqual((await served()).toSorted());
});
