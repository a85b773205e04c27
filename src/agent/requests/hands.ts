// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import {
  type AgentMessage,
  limits,
  ProtocolError,
  type RunStep,
  type StepEnding,
  type StepEndingKind,
} from "../../protocol/index.ts";

/**
 * The hands that the shim of one connection lends. All methods reject with a CniError (code 11) when it has
 * gone.
 */
export interface Hands {
  /** Runs a plugin; `signal` stops it, or does not let it start, and it ends as `stopped` then. */
  run(step: RunStep, signal?: AbortSignal): Promise<StepEnding>;
  /** Looks for a plugin as a run would. */
  look(plugin: string, searchDirs: readonly string[]): Promise<StepEnding>;
  /** Hands an rtnetlink message to the kernel of a network namespace; an empty one only looks for it. */
  netlink(netns: string, message: Uint8Array): Promise<StepEnding>;
}

/** What a connection does with its hands besides. */
export interface LentHands extends Hands {
  /**
   * A step has ended. Throws a ProtocolError for one that is not under way, or that cannot end like this.
   */
  ended(id: number, ending: StepEnding): void;
  /** The shim has gone: every step rejects, those to come too. */
  release(): void;
}

export interface HandsOptions {
  /** Throws a ProtocolError for a message that cannot be sent; the step then rejects with it. */
  readonly send: (message: AgentMessage) => void;
  /** A step has not ended long after its time: the shim cannot be relied on. */
  readonly overdue: (what: string) => void;
  /** Milliseconds for a look or a netlink message, and for a run beyond its own time; 10 000 by default. */
  readonly patienceMs?: number;
}

const endings = {
  run: [
    "exited",
    "signalled",
    "timed-out",
    "too-much-output",
    "stopped",
    "not-found",
    "not-runnable",
    "refused",
  ],
  look: ["found", "not-found", "not-runnable", "refused"],
  netlink: ["answered", "no-namespace", "failed", "refused"],
} as const satisfies Record<string, readonly StepEndingKind[]>;

interface Step {
  readonly kind: keyof typeof endings;
  readonly message: (id: number) => AgentMessage;
  readonly patienceMs: number;
  readonly outcome: PromiseWithResolvers<StepEnding>;
  id?: number;
  timer?: Timer;
}

/**
 * Steps over one connection: each gets an id of its own, at most 32 are under way, the others wait their
 * turn.
 */
export function createHands({ send, overdue, patienceMs = 10_000 }: HandsOptions): LentHands {
  const underWay = new Map<number, Step>();
  const waiting: Step[] = [];
  let lastId = 0;
  let released = false;

  const start = (step: Step): void => {
    lastId += 1;
    const id = lastId;
    step.id = id;
    step.timer = setTimeout(() => overdue(`the ${step.kind} step ${id}`), step.patienceMs);
    // Sending may find out that the shim has gone, which ends all that is under way.
    underWay.set(id, step);
    try {
      send(step.message(id));
    } catch (error) {
      underWay.delete(id);
      clearTimeout(step.timer);
      step.outcome.reject(error);
    }
  };
  const startWaiting = (): void => {
    while (underWay.size < limits.steps) {
      const next = waiting.shift();
      if (next === undefined) return;
      start(next);
    }
  };
  const begin = (step: Omit<Step, "outcome">): Step => {
    const begun = { ...step, outcome: Promise.withResolvers<StepEnding>() };
    if (released) begun.outcome.reject(hostGone());
    else {
      waiting.push(begun);
      startWaiting();
    }
    return begun;
  };
  const stop = (step: Step): void => {
    if (step.id !== undefined) {
      if (underWay.has(step.id)) send({ kind: "stop", id: step.id });
      return;
    }
    const at = waiting.indexOf(step);
    if (at === -1) return;
    waiting.splice(at, 1);
    step.outcome.resolve(notStarted);
  };

  return {
    run: async (run, signal) => {
      if (signal?.aborted === true) return notStarted;
      const step = begin({
        kind: "run",
        message: (id) => ({ kind: "run", id, run }),
        patienceMs: run.timeoutMs + limits.graceMs + patienceMs,
      });
      const stopIt = (): void => stop(step);
      signal?.addEventListener("abort", stopIt, { once: true });
      return step.outcome.promise.finally(() => signal?.removeEventListener("abort", stopIt));
    },
    look: async (plugin, searchDirs) =>
      begin({ kind: "look", message: (id) => ({ kind: "look", id, plugin, searchDirs }), patienceMs }).outcome
        .promise,
    netlink: async (netns, message) =>
      begin({ kind: "netlink", message: (id) => ({ kind: "netlink", id, netns, message }), patienceMs })
        .outcome.promise,
    ended: (id, ending) => {
      const step = underWay.get(id);
      if (step === undefined) throw new ProtocolError(`the step ${id} ended, which is not under way`);
      const allowed: readonly StepEndingKind[] = endings[step.kind];
      if (!allowed.includes(ending.kind)) {
        throw new ProtocolError(`the ${step.kind} step ${id} ended as "${ending.kind}"`);
      }
      underWay.delete(id);
      clearTimeout(step.timer);
      step.outcome.resolve(ending);
      startWaiting();
    },
    release: () => {
      released = true;
      for (const step of [...underWay.values(), ...waiting.splice(0)]) {
        clearTimeout(step.timer);
        step.outcome.reject(hostGone());
      }
      underWay.clear();
    },
  };
}

const nothing = new Uint8Array();

/** As the shim would say it, had the step been sent. */
const notStarted: StepEnding = {
  kind: "stopped",
  number: 0,
  microseconds: 0,
  path: "",
  output: nothing,
  errors: nothing,
};

function hostGone(): CniError {
  return new CniError(
    cniErrorCodes.tryAgainLater,
    "working for the container runtime: its CNI plugin has gone, so nothing can be run on the host any more",
    { hint: "the runtime ended it; what is left of the attachment goes with its next DEL" },
  );
}
