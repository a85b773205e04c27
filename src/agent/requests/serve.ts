// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../../attachments/index.ts";
import { type CniRequest, cniErrorCodes, toCniError, tryParseJsonObject } from "../../cni/index.ts";
import { ProtocolError } from "../../protocol/index.ts";
import { answer, type PluginAnswer } from "../../shim/index.ts";
import type { Log, VerbPorts } from "../../verbs/index.ts";
import type { RequestOutcome } from "../monitoring/metrics.ts";
import type { ShimConnection } from "./connect-through-shim.ts";
import type { RequestQueue } from "./queue.ts";
import type { Errand, Opening, ShimAnswer } from "./session.ts";

type Request = Extract<Opening, { kind: "request" }>;
type Sweep = Extract<Opening, { kind: "sweep" }>;

/** What is told of a request that was answered. */
export interface RequestNote {
  /** CNI_COMMAND as it came. */
  readonly verb: string;
  readonly outcome: RequestOutcome;
  /** From its arrival to its answer. */
  readonly ms: number;
}

export interface ServiceOptions {
  readonly queue: RequestQueue;
  /** The outside world for a request. */
  readonly connect: (connection: ShimConnection) => VerbPorts;
  /** Takes leftovers away, outside the turns; its answer is a text for people. */
  readonly sweep: (errand: Errand, opening: Sweep) => Promise<ShimAnswer>;
  /** What is done with the request's hands while it is served; the answer waits for it. */
  readonly alongside?: (connection: ShimConnection) => Promise<void>;
  readonly log: Log;
  readonly answered?: (note: RequestNote) => void;
}

/** How long a request waits for its turn when the shim does not say how long it waits for the answer. */
const usualPatienceMs = 60_000;

/** Does what shims ask for, within the turns of the queue. It rejects only for what no shim would send. */
export function createService(options: ServiceOptions): (errand: Errand) => Promise<ShimAnswer> {
  return async (errand) => {
    const { opening } = errand;
    if (opening.kind === "sweep") return options.sweep(errand, opening);
    return serveRequest(options, errand, opening);
  };
}

async function serveRequest(options: ServiceOptions, errand: Errand, opening: Request): Promise<ShimAnswer> {
  const receivedAt = performance.now();
  const environment = environmentOf(opening.environment);
  const stdin = new TextDecoder("utf-8", { ignoreBOM: true }).decode(opening.stdin);
  const answerWith = (connect: (config: MultusConfig, request: CniRequest) => VerbPorts) =>
    answer({ environment, stdin, connect });
  const work = async () => {
    let beside: Promise<void> | undefined;
    const answered = await answerWith((config, request) => {
      const connection = { ...errand, config, request, receivedAt };
      beside = options.alongside?.(connection);
      return options.connect(connection);
    });
    await beside;
    return answered;
  };
  const verb = environment.CNI_COMMAND ?? "";
  const answered =
    verb === "VERSION"
      ? await work()
      : await inTurn(options, { errand, opening, environment, work, answerWith });
  options.answered?.({ verb, outcome: outcomeOf(answered, errand), ms: performance.now() - receivedAt });
  return answered;
}

interface QueuedRequest {
  readonly errand: Errand;
  readonly opening: Request;
  readonly environment: Environment;
  readonly work: () => Promise<PluginAnswer>;
  readonly answerWith: (connect: () => VerbPorts) => Promise<PluginAnswer>;
}

async function inTurn({ queue, log }: ServiceOptions, request: QueuedRequest): Promise<PluginAnswer> {
  const { errand, opening, environment } = request;
  const turn = {
    containerId: environment.CNI_CONTAINERID ?? "",
    namespace: namespaceIn(environment.CNI_ARGS ?? ""),
    // What is left must do for the work.
    patienceMs: (opening.patienceMs || usualPatienceMs) / 2,
    signal: errand.cancelled,
  };
  try {
    const leave = await queue.enter(turn);
    // The turn ends with the work, also when a shim that is gone keeps it from answering.
    return await request.work().finally(leave);
  } catch (error) {
    const { message } = toCniError(error);
    log("error", message, { verb: environment.CNI_COMMAND, container: turn.containerId });
    return request.answerWith(() => {
      throw error;
    });
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

function environmentOf(lines: readonly string[]): Environment {
  const pairs = lines.map((line) => {
    const at = line.indexOf("=");
    if (at === -1 || !line.startsWith("CNI_"))
      throw new ProtocolError("an environment that is not CNI_NAME=value");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** What is wrong with the arguments is told when they are needed. */
function namespaceIn(args: string): string {
  return /(?:^|;)K8S_POD_NAMESPACE=([^;]*)/.exec(args)?.[1] ?? "";
}

function outcomeOf({ stdout, exitCode }: PluginAnswer, { closed }: Errand): RequestOutcome {
  if (closed.aborted) return "gone";
  if (exitCode === 0) return "ok";
  return tryParseJsonObject(stdout)?.code === cniErrorCodes.tryAgainLater ? "try-again" : "failed";
}
