// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan } from "../attachments/index.ts";
import type { CniResult, PluginEnding, PluginInvocation } from "../cni/index.ts";
import type { AttachmentKey, JournalEntry, PluginRunOptions, VerbPorts } from "../verbs/index.ts";

/**
 * What goes wrong with an attachment: its ADD before or after it took something, or its first DEL.
 */
export type Fault = "none" | "add" | "add-leaving" | "del-once";

/** A host in memory, on which thousands of requests can be tried, and cut off at any point. */
export interface SimulatedHost {
  readonly ports: Omit<VerbPorts, "cluster">;
  /** Interfaces that plugins hold. */
  readonly held: ReadonlySet<string>;
  /** Resolves when the host has taken as many steps as it may: nothing happens after that. */
  readonly crashed: Promise<void>;
  /** The same host after a crash: what was held and journalled is there. */
  restarted(): SimulatedHost;
  /** Runs of plugins, those that overlapped in one line: `ADD net1+net2`. */
  atOnce(): readonly string[];
  /** While true, no plugin can be started. */
  refuse: boolean;
}

interface State {
  readonly held: Set<string>;
  readonly journal: Map<string, { plan: AttachmentPlan; results: Map<number, CniResult> }>;
  readonly refused: Set<string>;
}

const emptyState = (): State => ({ held: new Set(), journal: new Map(), refused: new Set() });

/** Makes a host that stops after `crashAfter` steps of plugins and journal; never unless told. */
export function createSimulatedHost(
  crashAfter = Number.POSITIVE_INFINITY,
  state: State = emptyState(),
): SimulatedHost {
  const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
  let left = crashAfter;
  /** One step; hangs for ever once the host has crashed. */
  const step = async (): Promise<void> => {
    left -= 1;
    if (left >= 0) return;
    crash();
    await new Promise(() => {});
  };
  const runs: { names: string[]; open: number }[] = [];
  const host: SimulatedHost = {
    held: state.held,
    crashed,
    restarted: () => createSimulatedHost(undefined, state),
    atOnce: () => runs.map(({ names: [first = "", ...more] }) => [first, ...more.map(lastWord)].join("+")),
    refuse: false,
    ports: {
      ...stillPorts,
      journal: journalOf(state, step),
      plugins: {
        whyNotRunnable: async () => (host.refuse ? { kind: "not-found", searched: [] } : undefined),
        supportedVersions: async () => ["1.0.0"],
        run: async (invocation, options = {}) => {
          const name = `${invocation.verb} ${invocation.environment.CNI_IFNAME}`;
          const open = runs.at(-1);
          const group = open !== undefined && open.open > 0 ? open : { names: [], open: 0 };
          if (group !== open) runs.push(group);
          group.names.push(name);
          group.open += 1;
          const ending = await runPlugin(invocation, options, { state, step });
          group.open -= 1;
          return ending;
        },
      },
    },
  };
  return host;
}

const lastWord = (name: string): string => name.split(" ").at(-1) ?? "";

async function runPlugin(
  invocation: PluginInvocation,
  { signal }: PluginRunOptions,
  { state, step }: { readonly state: State; readonly step: () => Promise<void> },
): Promise<PluginEnding> {
  const { fault = "none", turns = 0 } = JSON.parse(invocation.stdin);
  const name = invocation.environment.CNI_IFNAME ?? "";
  const ran = { path: "/bin/sim", stderr: "", milliseconds: 1 };
  const exit = (exitCode: number, answer: object | undefined): PluginEnding => ({
    kind: "exited",
    exitCode,
    stdout: answer === undefined ? "" : JSON.stringify({ cniVersion: "1.0.0", ...answer }),
    ...ran,
  });
  const refusal = () => exit(1, { code: 100, msg: `refused in ${invocation.verb}` });
  await step();
  if (invocation.verb === "DEL") {
    if (fault === "del-once" && !state.refused.has(name)) {
      state.refused.add(name);
      return refusal();
    }
    state.held.delete(name);
    return exit(0, undefined);
  }
  if (fault === "add") return refusal();
  state.held.add(name);
  for (let turn = 0; turn < turns; turn++) {
    await step();
    if (signal?.aborted === true) return { kind: "cancelled", stdout: "", ...ran };
  }
  if (fault === "add-leaving") return refusal();
  const index = name.slice(3);
  return exit(0, {
    interfaces: [{ name, sandbox: invocation.environment.CNI_NETNS }],
    ips: [{ interface: 0, address: `10.0.0.${index}/24` }],
  });
}

function journalOf({ journal }: State, step: () => Promise<void>): VerbPorts["journal"] {
  const nameOf = ({ containerId, ifName }: AttachmentKey) => `${containerId}@${ifName}`;
  const entryOf = (name: string): JournalEntry | undefined => {
    const kept = journal.get(name);
    return kept && { plan: kept.plan, results: new Map(kept.results), origin: "journal" };
  };
  return {
    begin: async (plan) => {
      await step();
      // As it would be read again: what is no JSON would not come back.
      journal.set(nameOf(plan), { plan: JSON.parse(JSON.stringify(plan)), results: new Map() });
    },
    record: async (key, index, result) => {
      await step();
      journal.get(nameOf(key))?.results.set(index, result);
    },
    read: async (key) => entryOf(nameOf(key)),
    list: async () => ({
      entries: [...journal.keys()].flatMap((name) => entryOf(name) ?? []),
      unreadable: [],
    }),
    ageMs: async (key) => (journal.has(nameOf(key)) ? 0 : undefined),
    remove: async (key) => {
      await step();
      journal.delete(nameOf(key));
    },
  };
}

/** What these requests do not touch, or find nothing in. */
const stillPorts: Omit<VerbPorts, "cluster" | "journal" | "plugins"> = {
  multusCache: { read: async () => undefined, remove: async () => {} },
  podNamespace: {
    isThere: async () => true,
    defaultRoutes: async () => [],
    changeDefaultRoutes: async () => {},
    readInterface: async () => undefined,
    removeInterface: async () => {},
  },
  files: { readFile: async () => undefined, readFolder: async () => undefined },
  devices: {
    allocatedTo: async () => new Map(),
    provideInfo: async () => false,
    readInfo: async () => undefined,
    removeInfo: async () => {},
  },
  waitForFile: async () => true,
  log: () => {},
  now: () => performance.now(),
};
