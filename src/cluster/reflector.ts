// SPDX-License-Identifier: Apache-2.0
import type { CniError } from "../cni/index.ts";
import type { Log } from "../verbs/ports.ts";
import type { ApiFailure } from "./api-failure.ts";
import { type Attempt, explainFailure } from "./explain-failure.ts";
import { listObjects } from "./list-objects.ts";
import type { Named, ObjectCache } from "./object-cache.ts";
import { type Resource, resourcePath } from "./resources.ts";
import { sleepUnlessAborted } from "./sleep.ts";
import type { Transport } from "./transport.ts";
import type { WatchLine } from "./watch-lines.ts";
import { watchObjects } from "./watch-objects.ts";
import { type WatchPace, watchDelay } from "./watch-pace.ts";

/**
 * This many watches in a row that tell nothing at all: the version may be one that the server never had,
 * which a list tells.
 */
const longestSilentRun = 3;

/** A list may not take longer. */
const listMs = 30_000;

/** What is followed, and where it goes. */
export interface ReflectorOptions<T extends Named> {
  readonly resource: Resource;
  /** `spec.nodeName=worker`; all objects of the cluster without. */
  readonly fieldSelector?: string;
  readonly cache: ObjectCache<T>;
  convert(body: Readonly<Record<string, unknown>>): T;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly pace: WatchPace;
}

/** A list and watch that go on until their signal. */
export interface Reflector {
  /** Once the cache holds a whole list; never, when none comes before the signal. */
  readonly listed: Promise<void>;
  /** Whether the cache can be taken for what the API has, but for some milliseconds. */
  isFresh(): boolean;
  /** Milliseconds since the API was last heard; Infinity when it never was. */
  ageMs(): number;
  /** Why there is no watch at present; undefined while there is one. */
  problem(): CniError | undefined;
  /** Resolves after the signal, once nothing is under way. */
  readonly ended: Promise<void>;
}

/** What a reflector knows between two attempts. */
interface Progress {
  /** Where the next watch begins; undefined when a list is to come first. */
  version: string | undefined;
  /** What the next list must not be older than (`ListOptions.from`). */
  listFrom: string;
  isListed: boolean;
  isWatching: boolean;
  heardAt: number;
  /** Watches in a row that told nothing. */
  silentRun: number;
  /** Attempts in a row without one line that is of use. */
  setbacks: number;
  /** Whether the latest watch told anything. */
  isTold: boolean;
  /** Whether the server began to answer the latest watch. */
  isBegun: boolean;
  problem: CniError | undefined;
}

/**
 * Keeps `cache` as the API server has it: lists, watches from there, goes on from the last version after an
 * ordinary end or a cut, lists again after 410. Whatever the server answers, there is another attempt
 * (`watchDelay`). Never rejects.
 */
export function startReflector<T extends Named>(options: ReflectorOptions<T>): Reflector {
  const { pace } = options;
  const { promise: listed, resolve: tellListed } = Promise.withResolvers<void>();
  const progress: Progress = {
    version: undefined,
    listFrom: "0",
    isListed: false,
    isWatching: false,
    heardAt: Number.NEGATIVE_INFINITY,
    silentRun: 0,
    setbacks: 0,
    isTold: false,
    isBegun: false,
    problem: undefined,
  };
  const ageMs = () => performance.now() - progress.heardAt;
  return {
    listed,
    ageMs,
    isFresh: () => progress.isListed && ageMs() < (progress.isWatching ? pace.silenceMs : pace.gapMs),
    problem: () => progress.problem,
    ended: run(options, progress, tellListed),
  };
}

async function run<T extends Named>(
  options: ReflectorOptions<T>,
  progress: Progress,
  tellListed: () => void,
): Promise<void> {
  const { signal, pace } = options;
  while (!signal.aborted) {
    const isList = progress.version === undefined;
    const startedAt = performance.now();
    const failure = await attempt(options, progress).catch(unforeseen);
    // What went wrong before a watch that lasted says nothing about the next one.
    if (!isList && progress.isBegun && performance.now() - startedAt > pace.gapMs) progress.setbacks = 0;
    if (progress.isListed) tellListed();
    if (failure === undefined && (isList || progress.isTold)) continue;
    // A server that ends every watch at once must not be asked in a loop, nor one that says 410 to all.
    progress.setbacks += 1;
    const setback = { failure: failure ?? silentEnd, attempt: progress.setbacks, random: Math.random() };
    await sleepUnlessAborted(watchDelay(setback, pace), signal);
  }
}

/** One list or one watch; what went wrong, if anything. */
async function attempt<T extends Named>(
  options: ReflectorOptions<T>,
  progress: Progress,
): Promise<ApiFailure | undefined> {
  const { version } = progress;
  const failure =
    version === undefined ? await list(options, progress) : await watch(options, progress, version);
  if (options.signal.aborted) return undefined;
  const isSilent = progress.silentRun >= longestSilentRun;
  if (isSilent || (failure !== undefined && isAboutVersion(failure))) progress.version = undefined;
  if (failure !== undefined)
    await complain(options, progress, { failure, verb: version === undefined ? "list" : "watch" });
  return failure;
}

async function list<T extends Named>(
  options: ReflectorOptions<T>,
  progress: Progress,
): Promise<ApiFailure | undefined> {
  const { transport, signal } = options;
  const bounds = { signal, deadline: () => listMs };
  const listing = await listObjects({
    path: resourcePath(options.resource, {}),
    query: selectorOf(options),
    from: progress.listFrom,
    convert: options.convert,
    send: (path) => transport.send({ method: "GET", path }, { ...bounds, endsAt: Date.now() + listMs }),
  });
  if (!listing.ok) {
    // 410 and "too large resource version" (504): only the newest list is left to ask for.
    if (progress.listFrom !== "0" && isAboutVersion(listing.failure)) progress.listFrom = "";
    return listing.failure;
  }
  progress.heardAt = performance.now();
  options.cache.replace(listing.objects);
  progress.version = listing.version;
  progress.listFrom = listing.version;
  progress.silentRun = 0;
  progress.isListed = true;
  return undefined;
}

async function watch<T extends Named>(
  options: ReflectorOptions<T>,
  progress: Progress,
  from: string,
): Promise<ApiFailure | undefined> {
  const { transport, signal, pace } = options;
  progress.isTold = false;
  progress.isBegun = false;
  const failure = await watchObjects({
    path: resourcePath(options.resource, {}),
    query: selectorOf(options),
    from,
    transport,
    signal,
    pace,
    onHeard() {
      progress.heardAt = performance.now();
    },
    onBegin() {
      progress.isWatching = true;
      progress.isBegun = true;
      progress.problem = undefined;
      progress.silentRun += 1;
    },
    onLine(line) {
      apply(options, line);
      progress.version = line.version;
      progress.listFrom = line.version;
      progress.silentRun = 0;
      progress.setbacks = 0;
      progress.isTold = true;
    },
  });
  progress.isWatching = false;
  return failure;
}

function apply<T extends Named>(
  { cache, convert }: ReflectorOptions<T>,
  line: Exclude<WatchLine, { kind: "failed" | "malformed" }>,
): void {
  if (line.kind === "set") cache.set(convert(line.object));
  if (line.kind === "delete") cache.delete(convert(line.object));
}

async function complain<T extends Named>(
  { resource, fieldSelector, log, transport }: ReflectorOptions<T>,
  progress: Progress,
  { failure, verb }: { readonly failure: ApiFailure; readonly verb: Attempt["verb"] },
): Promise<void> {
  // A load balancer may cut what is idle every minute: only a watch that cannot begin is a problem.
  const isCut = verb === "watch" && progress.isBegun && failure.kind === "unreachable";
  if (failure.kind === "gone" || isCut) {
    log("debug", "the watch begins anew", { resource: resource.plural, reason: failure.message });
    return;
  }
  const known = progress.problem?.message;
  const problem = await explainFailure(failure, { verb, resource }, transport.access());
  progress.problem = problem;
  const fields = { resource: resource.plural, fieldSelector, error: problem.message, hint: problem.hint };
  // Once per reason: an API server that is away for an hour is one line, not a thousand.
  log(known === problem.message ? "debug" : "error", "the API is not being watched", fields);
}

function selectorOf({
  fieldSelector,
}: {
  readonly fieldSelector?: string;
}): Readonly<Record<string, string>> {
  return fieldSelector === undefined ? {} : { fieldSelector };
}

/** Nothing should get here; if it does, the watch goes on all the same. */
function unforeseen(error: unknown): ApiFailure {
  return { kind: "unexpected", status: 0, message: String(error) };
}

const silentEnd: ApiFailure = { kind: "unreachable", reason: "reset", message: "the watch told nothing" };

function isAboutVersion(failure: ApiFailure): boolean {
  return failure.kind === "gone" || (failure.kind === "server" && failure.status === 504);
}
