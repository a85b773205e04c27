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
import { classifyRejection } from "./transport-failure.ts";
import { parseWatchLine, splitLines, type WatchLine } from "./watch-lines.ts";
import { type WatchPace, watchDelay } from "./watch-pace.ts";

/** This many watches in a row that tell nothing at all: the version may be one that the server never had. */
const longestSilentRun = 3;

/** One list or watch may not take longer than this to begin. */
const beginMs = 30_000;

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

/**
 * Keeps `cache` as the API server has it: lists, watches from there, goes on from the last version after an
 * ordinary end or a cut, lists again after 410. Whatever the server answers, there is another attempt
 * (`watchDelay`). Never rejects.
 */
export function startReflector<T extends Named>(options: ReflectorOptions<T>): Reflector {
  const { signal, pace, cache } = options;
  const path = resourcePath(options.resource, {});
  const query: Readonly<Record<string, string>> =
    options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector };
  const { promise: listed, resolve: tellListed } = Promise.withResolvers<void>();
  let isListed = false;
  let isWatching = false;
  let heardAt = Number.NEGATIVE_INFINITY;
  let problem: CniError | undefined;
  /** Where the next watch begins; undefined when a list is to come first. */
  let version: string | undefined;
  let listFrom = "0";
  let silentRun = 0;
  /** Attempts in a row without one line that we can use. */
  let setbacks = 0;
  /** Whether the latest watch told anything. */
  let isHeard = false;

  const hear = (): void => {
    heardAt = performance.now();
  };

  async function list(): Promise<ApiFailure | undefined> {
    const listing = await listObjects({
      path,
      query,
      from: listFrom,
      convert: options.convert,
      send: (listPath) =>
        options.transport.send(
          { method: "GET", path: listPath },
          { signal, deadline: () => beginMs, endsAt: Date.now() + beginMs },
        ),
    });
    if (!listing.ok) {
      // 410 and "too large resource version" (504): only the newest list is left to ask for.
      if (listFrom !== "0" && isAboutVersion(listing.failure)) listFrom = "";
      return listing.failure;
    }
    hear();
    cache.replace(listing.objects);
    version = listing.version;
    listFrom = version;
    silentRun = 0;
    isListed = true;
    tellListed();
    return undefined;
  }

  /** How the watch ended; undefined for the end that was asked for. */
  async function watch(from: string): Promise<ApiFailure | undefined> {
    isHeard = false;
    const silence = createSilence(pace.silenceMs);
    const ends = AbortSignal.any([signal, silence.signal]);
    const seconds = Math.ceil((pace.watchMs * (1 + Math.random() / 2)) / 1000);
    const place = { ...query, watch: "true", allowWatchBookmarks: "true", resourceVersion: from };
    const search = new URLSearchParams({ ...place, timeoutSeconds: String(seconds) });
    try {
      const stream = await options.transport.stream(
        { method: "GET", path: `${path}?${search}` },
        { signal: ends, deadline: () => beginMs },
      );
      if (!stream.ok) return stream.failure;
      hear();
      silence.interrupt();
      isWatching = true;
      problem = undefined;
      silentRun += 1;
      for await (const line of splitLines(heard(stream.chunks, () => (hear(), silence.interrupt())))) {
        const failure = apply(parseWatchLine(line));
        if (failure !== undefined) return failure;
      }
      return undefined;
    } catch (error) {
      return error instanceof RangeError ? malformed(error.message) : classifyRejection(error);
    } finally {
      isWatching = false;
      silence.stop();
    }
  }

  function apply(line: WatchLine): ApiFailure | undefined {
    if (line.kind === "failed") return line.failure;
    if (line.kind === "malformed") return malformed(`a line of the watch is malformed: ${line.text}`);
    if (line.kind !== "bookmark") {
      const object = options.convert(line.object);
      if (line.kind === "set") cache.set(object);
      else cache.delete(object);
    }
    version = line.version;
    listFrom = line.version;
    silentRun = 0;
    setbacks = 0;
    isHeard = true;
    return undefined;
  }

  async function attempt(): Promise<ApiFailure | undefined> {
    const verb = version === undefined ? "list" : "watch";
    const failure = version === undefined ? await list() : await watch(version);
    if (signal.aborted) return undefined;
    const isSilent = silentRun >= longestSilentRun;
    if (isSilent) listFrom = "";
    if (isSilent || (failure !== undefined && isAboutVersion(failure))) version = undefined;
    if (failure !== undefined) await complain(failure, verb);
    return failure;
  }

  async function complain(failure: ApiFailure, verb: Attempt["verb"]): Promise<void> {
    const { resource, fieldSelector } = options;
    if (failure.kind === "gone") {
      options.log("debug", "the watch begins anew", { resource: resource.plural, reason: failure.message });
      return;
    }
    const known = problem?.message;
    problem = await explainFailure(failure, { verb, resource }, options.transport.access());
    const fields = { resource: resource.plural, fieldSelector, error: problem.message, hint: problem.hint };
    // Once per reason: an API server that is away for an hour is one line, not a thousand.
    options.log(known === problem.message ? "debug" : "error", "the API is not being watched", fields);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const wasWatch = version !== undefined;
      const failure = await attempt().catch(unforeseen);
      if (failure === undefined && (!wasWatch || isHeard)) continue;
      // A server that ends every watch at once must not be asked in a loop, nor one that says 410 to all.
      setbacks += 1;
      const setback = { failure: failure ?? ordinaryEnd, attempt: setbacks, random: Math.random() };
      await sleepUnlessAborted(watchDelay(setback, pace), signal);
    }
  }

  return {
    listed,
    ageMs: () => performance.now() - heardAt,
    isFresh: () => isListed && performance.now() - heardAt < (isWatching ? pace.silenceMs : pace.gapMs),
    problem: () => problem,
    ended: run(),
  };
}

/** Nothing should get here; if it does, the watch goes on all the same. */
function unforeseen(error: unknown): ApiFailure {
  return { kind: "unexpected", status: 0, message: String(error) };
}

const ordinaryEnd: ApiFailure = { kind: "unreachable", reason: "reset", message: "the watch ended" };

function malformed(message: string): ApiFailure {
  return { kind: "unexpected", status: 200, message };
}

function isAboutVersion(failure: ApiFailure): boolean {
  return failure.kind === "gone" || (failure.kind === "server" && failure.status === 504);
}

async function* heard(chunks: AsyncIterable<Uint8Array>, tell: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    tell();
    yield chunk;
  }
}

/** A signal that comes after a time without interruption. */
function createSilence(ms: number): { readonly signal: AbortSignal; interrupt(): void; stop(): void } {
  const controller = new AbortController();
  const dead = (): void => controller.abort(new DOMException("nothing is heard any more", "TimeoutError"));
  let timer = setTimeout(dead, ms);
  return {
    signal: controller.signal,
    interrupt() {
      clearTimeout(timer);
      timer = setTimeout(dead, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
