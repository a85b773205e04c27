// SPDX-License-Identifier: Apache-2.0
import { toCniError } from "../../cni/index.ts";
import { waitForFile } from "../../host/readiness.ts";
import { watchFolder } from "../../host/watch-folder.ts";
import { removeOwnTemporaries } from "./config-files.ts";
import { beginKeeping, lookAtNode } from "./look-at-folder.ts";
import type { KeepNodeConfigOptions, KeepTimes, NodeConfigState, NodeEvent } from "./node-config-state.ts";
import { nodeEvent } from "./node-events.ts";
import type { Keeping } from "./place-config.ts";

export type { KeepNodeConfigOptions, NodeConfigState, NodeEvent } from "./node-config-state.ts";

/** The node's Multus configuration in good hands. */
export interface KeptNodeConfig {
  /** Resolves when the configuration is in place for the first time; never, when it is stopped before. */
  readonly written: Promise<void>;
  state(): NodeConfigState;
  /**
   * Ends the keeping; the file stays, so that pods that start meanwhile get all their networks, or an error.
   */
  stop(): Promise<void>;
}

const defaultTimes: KeepTimes = {
  settle: 100,
  poll: 10_000,
  patience: { running: 10_000, starting: 60_000 },
};

/**
 * Keeps the node's Multus configuration in the runtime's folder: waits for the primary, follows it, and puts
 * the file back when somebody takes it away (docs/agent-configuration.md). Failures are events, and are tried
 * again.
 */
export function keepNodeConfig(options: KeepNodeConfigOptions): KeptNodeConfig {
  const { config, signal } = options;
  const times = { ...defaultTimes, ...options.times };
  const tell = tellAndLog(options);
  const keeping = beginKeeping({ ...options, tell, patience: times.patience });
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const looks = createLooks(keeping, resolve);
  const stopped = new AbortController();
  const folders = [...new Set([config.cniConfigDir, config.primaryDir])];
  const watches = folders.map((path) =>
    watchFolder({ path, onChange: looks.look, settleMs: times.settle, pollMs: times.poll }),
  );
  const stop = async (): Promise<void> => {
    signal.removeEventListener("abort", stop);
    stopped.abort();
    for (const end of watches) end();
    await looks.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) void stop();
  else begin(options, { look: looks.look, stopped: stopped.signal });
  return { written, state: () => keeping.state, stop };
}

function begin(
  { config }: KeepNodeConfigOptions,
  { look, stopped }: { readonly look: () => void; readonly stopped: AbortSignal },
): void {
  removeOwnTemporaries(config.cniConfigDir);
  look();
  if (config.readinessFile === undefined) return;
  void waitForFile(config.readinessFile, { deadlineMs: Number.POSITIVE_INFINITY, signal: stopped }).then(
    look,
  );
}

/** Events are in the log as well. */
function tellAndLog({ log, tell }: KeepNodeConfigOptions): (event: NodeEvent) => void {
  return (event) => {
    const level = event.type === "Warning" ? "error" : "verbose";
    log(level, "the node's Multus configuration", { reason: event.reason, message: event.message });
    tell(event);
  };
}

/** How long after a failure it is tried again without any change. */
const retryMs = 2000;

/** One look at a time; what comes meanwhile is one more look afterwards. */
function createLooks(keeping: Keeping, onInPlace: () => void) {
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function lookWhileWanted(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      clearTimeout(timer);
      const again = await lookSafely(keeping);
      if (keeping.state.isInPlace) onInPlace();
      if (again !== undefined) timer = setTimeout(look, again);
    }
    running = undefined;
  }

  function look(): void {
    isWanted = true;
    if (!isStopped) running ??= lookWhileWanted();
  }

  return {
    look,
    stop: async (): Promise<void> => {
      isStopped = true;
      await running;
      clearTimeout(timer);
    },
  };
}

/** A failure is told once, until it is another one. */
async function lookSafely(keeping: Keeping): Promise<number | undefined> {
  try {
    return await lookAtNode(keeping);
  } catch (failure) {
    const { message, hint } = toCniError(failure);
    if (message !== keeping.state.waitingFor) {
      const told = hint === undefined ? message : `${message}; ${hint}`;
      keeping.options.tell(nodeEvent("Warning", "NodeConfigNotWritten", told));
    }
    keeping.state = { ...keeping.state, isInPlace: false, waitingFor: message };
    return retryMs;
  }
}
