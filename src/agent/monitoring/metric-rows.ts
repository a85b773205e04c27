// SPDX-License-Identifier: Apache-2.0

/** A metric as docs/metrics.md has it. */
export interface MetricRow {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric of the agent, in the order of the page. */
export const metricRows = {
  requests: {
    name: "plures_requests_total",
    type: "counter",
    help: "Requests of the container runtime that were answered",
    labels: ["verb", "outcome"],
  },
  requestSeconds: {
    name: "plures_request_duration_seconds",
    type: "histogram",
    help: "How long requests took, the time in the queue included",
    labels: ["verb"],
  },
  pluginSeconds: {
    name: "plures_plugin_duration_seconds",
    type: "histogram",
    help: "How long runs of CNI plugins took",
    labels: ["verb", "plugin"],
  },
  networkRuns: {
    name: "plures_network_plugin_runs_total",
    type: "counter",
    help: "Runs of CNI plugins per network",
    labels: ["verb", "plugin", "network", "outcome"],
  },
  networkSeconds: {
    name: "plures_network_plugin_seconds_total",
    type: "counter",
    help: "Seconds that runs of CNI plugins took per network",
    labels: ["verb", "plugin", "network"],
  },
  running: {
    name: "plures_requests_running",
    type: "gauge",
    help: "Requests that are worked on",
    labels: [],
  },
  waiting: {
    name: "plures_requests_waiting",
    type: "gauge",
    help: "Requests that wait for their turn",
    labels: [],
  },
  watchAge: {
    name: "plures_watch_age_seconds",
    type: "gauge",
    help: "Time since the API server was last heard on a watch",
    labels: ["resource"],
  },
  journalEntries: {
    name: "plures_journal_entries",
    type: "gauge",
    help: "Entries of the journal: containers that are attached or not yet cleaned up",
    labels: [],
  },
  leaksFound: {
    name: "plures_leaks_found_total",
    type: "counter",
    help: "Journal entries that were found without their sandbox",
    labels: [],
  },
  leaksLeft: {
    name: "plures_leaks_left",
    type: "gauge",
    help: "Journal entries without their sandbox that could not be cleaned up so far",
    labels: [],
  },
  podsDetached: {
    name: "plures_pods_detached",
    type: "gauge",
    help: "Running pods that ask for networks which their status does not show",
    labels: [],
  },
  nodeConfig: {
    name: "plures_node_config",
    type: "gauge",
    help: "State of the node's CNI configuration: 1 for the state that it is in",
    labels: ["state"],
  },
  kubeconfigExpires: {
    name: "plures_host_kubeconfig_expires_timestamp_seconds",
    type: "gauge",
    help: "When the token of the kubeconfig on the host expires, seconds since 1970",
    labels: [],
  },
  kubeconfigWrites: {
    name: "plures_host_kubeconfig_writes_total",
    type: "counter",
    help: "Attempts to write the kubeconfig on the host",
    labels: ["outcome"],
  },
  buildInfo: {
    name: "plures_build_info",
    type: "gauge",
    help: "Always 1: which version runs",
    labels: ["version", "runtime"],
  },
  memory: {
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Memory of the agent",
    labels: [],
  },
  startTime: {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the agent started, seconds since 1970",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>;
