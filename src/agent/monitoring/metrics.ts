// SPDX-License-Identifier: Apache-2.0
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { createBoundedLabel } from "./bounded-labels.ts";
import { type MetricRow, metricRows } from "./metric-rows.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * What is read when somebody collects; nothing is counted twice. A source that is absent, fails or gives
 * undefined leaves its metric out.
 */
export interface MetricSources {
  readonly version: string;
  queue?(): Awaitable<{ readonly running: number; readonly waiting: number }>;
  /** Milliseconds since the API was last heard, by resource. */
  watchAges?(): Awaitable<Readonly<Record<string, number>>>;
  journalEntries?(): Awaitable<number>;
  /** Journal entries without sandbox: all that were found, and those that are still there. */
  leaks?(): Awaitable<{ readonly found: number; readonly left: number }>;
  podsDetached?(): Awaitable<number | undefined>;
  /** A short word of a small set. */
  nodeConfigState?(): Awaitable<string>;
  hostKubeconfigExpires?(): Awaitable<Date | undefined>;
}

/** How a request ended: `try-again` is the CNI error code 11, `gone` a runtime that did not wait. */
export type RequestOutcome = "ok" | "failed" | "try-again" | "gone";

/** One run of a plugin. */
export interface PluginRun {
  readonly verb: string;
  readonly plugin: string;
  /** The network's name, `namespace/name` for a NetworkAttachmentDefinition. */
  readonly network: string;
  readonly outcome: "ok" | "failed";
  readonly ms: number;
}

export interface Metrics {
  request(verb: string, outcome: RequestOutcome, ms: number): void;
  plugin(run: PluginRun): void;
  hostKubeconfigWrite(outcome: "ok" | "failed"): void;
  /** The text for Prometheus, whose content type is `contentType`. Never rejects. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A pod waits for these: from what a cached answer takes to a runtime's patience. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

const mostPlugins = 40;
const mostNetworks = 200;

/** Metrics in a registry of their own. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const counter = (row: MetricRow) => new Counter(settingsOf(row, registry));
  const histogram = (row: MetricRow) => new Histogram({ ...settingsOf(row, registry), buckets: seconds });

  const requests = counter(metricRows.requests);
  const requestSeconds = histogram(metricRows.requestSeconds);
  const pluginSeconds = histogram(metricRows.pluginSeconds);
  const networkRuns = counter(metricRows.networkRuns);
  const networkSeconds = counter(metricRows.networkSeconds);
  const kubeconfigWrites = counter(metricRows.kubeconfigWrites);
  const boundedPlugin = createBoundedLabel(mostPlugins);
  const boundedNetwork = createBoundedLabel(mostNetworks);
  addReadings(registry, sources);

  return {
    request(verb, outcome, ms) {
      requests.inc({ verb, outcome });
      requestSeconds.observe({ verb }, ms / 1000);
    },
    plugin(run) {
      const labels = { verb: run.verb, plugin: boundedPlugin(run.plugin) };
      const network = boundedNetwork(run.network);
      pluginSeconds.observe(labels, run.ms / 1000);
      networkRuns.inc({ ...labels, network, outcome: run.outcome });
      networkSeconds.inc({ ...labels, network }, run.ms / 1000);
    },
    hostKubeconfigWrite: (outcome) => kubeconfigWrites.inc({ outcome }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

interface Value {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is not counted as it happens but read when somebody asks. */
function addReadings(registry: Registry, sources: MetricSources): void {
  const startedAt = Date.now() / 1000 - process.uptime();
  const one = (value: number | undefined): readonly Value[] => (value === undefined ? [] : [{ value }]);
  const rows: readonly (readonly [MetricRow, () => Awaitable<readonly Value[]>])[] = [
    [metricRows.running, async () => one((await sources.queue?.())?.running)],
    [metricRows.waiting, async () => one((await sources.queue?.())?.waiting)],
    [metricRows.watchAge, async () => agesOf((await sources.watchAges?.()) ?? {})],
    [metricRows.journalEntries, async () => one(await sources.journalEntries?.())],
    [metricRows.leaksFound, async () => one((await sources.leaks?.())?.found)],
    [metricRows.leaksLeft, async () => one((await sources.leaks?.())?.left)],
    [metricRows.podsDetached, async () => one(await sources.podsDetached?.())],
    [metricRows.nodeConfig, async () => stateOf(await sources.nodeConfigState?.())],
    [metricRows.kubeconfigExpires, async () => one(secondsOf(await sources.hostKubeconfigExpires?.()))],
    [metricRows.buildInfo, () => [{ labels: { version: sources.version, runtime: Bun.version }, value: 1 }]],
    [metricRows.memory, () => one(process.memoryUsage.rss())],
    [metricRows.startTime, () => one(startedAt)],
  ];
  for (const [row, read] of rows) addReading(registry, row, read);
}

function addReading(registry: Registry, row: MetricRow, read: () => Awaitable<readonly Value[]>): void {
  const settings = settingsOf(row, registry);
  if (row.type === "counter") {
    new Counter({
      ...settings,
      async collect() {
        const values = await readOrNothing(read);
        forget(this);
        for (const { labels, value } of values) this.inc(labels ?? {}, value);
      },
    });
    return;
  }
  new Gauge({
    ...settings,
    async collect() {
      const values = await readOrNothing(read);
      forget(this);
      for (const { labels, value } of values) this.set(labels ?? {}, value);
    },
  });
}

/** A metric without labels would say 0 where nothing is known. */
function forget(metric: Pick<Gauge, "reset" | "remove">): void {
  metric.reset();
  metric.remove({});
}

/** One source that fails does not cost the others their numbers. */
async function readOrNothing(read: () => Awaitable<readonly Value[]>): Promise<readonly Value[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}

function settingsOf({ name, help, labels }: MetricRow, registry: Registry) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}

function agesOf(ages: Readonly<Record<string, number>>): readonly Value[] {
  return Object.entries(ages).map(([resource, ms]) => ({ labels: { resource }, value: ms / 1000 }));
}

function stateOf(state: string | undefined): readonly Value[] {
  return state === undefined ? [] : [{ labels: { state }, value: 1 }];
}

function secondsOf(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : date.getTime() / 1000;
}
