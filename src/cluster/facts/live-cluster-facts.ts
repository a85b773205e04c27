// SPDX-License-Identifier: Apache-2.0
import type { ClusterFacts } from "../../diagnosis/facts/index.ts";
import { loadAccess } from "../load-access.ts";
import { createRequester } from "../request.ts";
import { liveObjects } from "./live-objects.ts";
import { nothingKnown, type Progress, readFactsOf } from "./read-cluster-facts.ts";

/** Whom to ask, and how long at most. */
export interface LiveClusterOptions {
  /** Path of a kubeconfig; undefined for the service account of the pod that we run in. */
  readonly kubeconfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** For a single request with its repetitions; 10 s unless told. */
  readonly requestMs?: number;
  /** For everything; 60 s unless told. */
  readonly totalMs?: number;
}

/** Side by side; every connection is a TLS handshake here and in the API server. */
const connections = 3;

/**
 * Asks an API server, with some twenty requests and one more for every 250 objects of a kind. Reads only,
 * and no Secret. Never rejects: what it cannot read is unknown, with the reason. A server that cannot be
 * reached, or that does not know us, is asked once.
 */
export async function readLiveClusterFacts(options: LiveClusterOptions): Promise<ClusterFacts> {
  const { kubeconfig, env, signal, progress, requestMs = 10_000, totalMs = 60_000 } = options;
  const endsAt = Date.now() + totalMs;
  const requester = createRequester({
    loadAccess: (timeoutMs) => loadAccess({ kubeconfig, env, timeoutMs }),
    deadline: () => endsAt - Date.now(),
    signal,
    connections,
  });
  try {
    progress("asking the API server for its version");
    const source = liveObjects(requester, { requestMs });
    const outage = await source.outage();
    const origin = { kind: "live" as const, server: requester.access()?.server };
    if (outage !== undefined) return { origin, ...nothingKnown(outage) };
    return { origin, ...(await readFactsOf(source, progress)) };
  } finally {
    requester.close();
  }
}
