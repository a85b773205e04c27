// SPDX-License-Identifier: Apache-2.0
import { createAttachmentRecords, createLog } from "../../host/index.ts";
import { openVersionMemory } from "../../host/version-memory.ts";
import type { Log, VerbPorts } from "../../verbs/index.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { SweepSettings } from "../upkeep/run-sweep.ts";
import { sweepAlongside } from "../upkeep/sweep-alongside.ts";
import type { SweepTurns } from "../upkeep/sweep-turns.ts";
import { type AgentWorld, connectThroughShim, type ShimConnection } from "./connect-through-shim.ts";
import { deferRecords } from "./deferred-records.ts";
import { pluginNote } from "./plugin-note.ts";
import { createQueue, type RequestQueue } from "./queue.ts";
import { remember } from "./remember.ts";
import { createService } from "./serve.ts";
import { type AgentServer, createAgentServer } from "./server.ts";
import { serveSweep } from "./sweep-errand.ts";

/** What an agent that answers shims is made of. */
export interface AgentOptions {
  readonly socketDir: string;
  /** Name and version, for people. */
  readonly software: string;
  /** Requests at a time; 16 by default. */
  readonly limit?: number;
  readonly clusterFor: AgentWorld["clusterFor"];
  readonly log: Log;
  /** Without it, `multus gc` is told that nothing is taken away. */
  readonly sweep?: SweepSettings;
  /** When requests lend their hands to a sweep; without it, never. */
  readonly sweepTurns?: SweepTurns;
  readonly metrics?: Pick<Metrics, "request" | "plugin">;
  /** Puts something else in the place of ports. */
  readonly adaptPorts?: (ports: VerbPorts, connection: ShimConnection) => VerbPorts;
}

/** A running agent. */
export interface Agent {
  readonly server: AgentServer;
  readonly queue: Pick<RequestQueue, "running" | "waiting">;
}

/**
 * More plugins side by side than a node has processors for gain nothing, and each may hold a lock of the
 * kernel's that the others wait for.
 */
const usualLimit = 16;

/** Begins to answer the shims of this host. Throws what the file system refuses for the socket. */
export function startAgent(options: AgentOptions): Agent {
  const {
    socketDir,
    software,
    log,
    sweep,
    sweepTurns: turns,
    metrics,
    adaptPorts = (ports) => ports,
  } = options;
  const queue = createQueue(options.limit ?? usualLimit);
  const world: AgentWorld = {
    clusterFor: options.clusterFor,
    versionsIn: remember(mostRemembered, (file) => openVersionMemory({ file, log })),
    recordsIn: remember(mostRemembered, (path) =>
      deferRecords(createAttachmentRecords({ path, by: "agent", log })),
    ),
    fileLog: rememberedLogs(),
    log,
    pluginRan: (invocation, ending) => {
      // A pod waits for the next plugin, nobody for a number.
      setImmediate(() => {
        const note = pluginNote(invocation, ending);
        if (note !== undefined) metrics?.plugin(note);
      });
    },
  };
  const serve = createService({
    queue,
    connect: (connection) => adaptPorts(connectThroughShim(connection, world), connection),
    sweep: async (errand, opening) =>
      sweep === undefined
        ? noSweep
        : serveSweep({
            errand,
            opening,
            settings: sweep,
            world,
            isBusy: (key) => queue.isBusy(key.containerId),
          }),
    alongside: async (connection) => {
      if (sweep === undefined || turns === undefined) return;
      await sweepAlongside(connection, { turns, settings: sweep, world, isBusy: queue.isBusy });
    },
    log,
    answered: ({ verb, outcome, ms }) => metrics?.request(verb, outcome, ms),
  });
  return { server: createAgentServer({ socketDir, software, serve, log }), queue };
}

/** A node has one configuration; whoever names many must not make us keep them all. */
const mostRemembered = 8;

/** A file that cannot be written is told of once, not with every request. */
function rememberedLogs(): AgentWorld["fileLog"] {
  const logOf = remember(mostRemembered, (key) => createLog(JSON.parse(key)));
  return (options) => logOf(JSON.stringify({ ...options, toStderr: false }));
}

const noSweep = { stdout: "this agent takes no leftovers away\n", exitCode: 3 };
