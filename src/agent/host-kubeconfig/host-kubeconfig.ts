// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from "node:fs";
import { sleepUnlessAborted } from "../../cluster/sleep.ts";
import type { TokenAnswer } from "../../cluster/token-request.ts";
import { CniError, cniErrorCodes, toCniError } from "../../cni/index.ts";
import { removeAbandonedTemporaries, writeAtomically } from "../../host/atomic-write.ts";
import { errorName, fileFailure } from "../../host/file-failure.ts";
import { folderOf } from "../../host/path-parts.ts";
import { makePrivateFolder } from "../../host/private-folder.ts";
import type { Log } from "../../verbs/index.ts";
import { type ClusterPlace, kubeconfigText } from "./kubeconfig-text.ts";

/** Why the file was written. */
export type WriteReason = "start" | "renewal" | "cluster-changed" | "edited" | "removed";

export type HostKubeconfigEvent =
  | { readonly kind: "written"; readonly because: WriteReason; readonly expires: Date }
  /** `validUntil`: of the file that is there still; undefined when none of ours is. */
  | { readonly kind: "failed"; readonly error: CniError; readonly validUntil: Date | undefined };

export interface HostKubeconfigOptions {
  /** A host path; its folder is made, for root alone, when it is not there. */
  readonly path: string;
  /** Asks for a token that is bound to this agent's pod. */
  readonly requestToken: () => Promise<TokenAnswer>;
  /** Server and authority as the host is to use them; asked at every look, may reject. */
  readonly readPlace: () => Promise<ClusterPlace>;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly tell?: (event: HostKubeconfigEvent) => void;
  /** How often the file and the cluster's place are looked at; 10 000 ms by default. */
  readonly lookEveryMs?: number;
  /** The first pause after a failure, doubled until 60 s; 1000 ms by default. */
  readonly retryMs?: number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

export interface HostKubeconfig {
  /** Resolves when the file is there for the first time; never when that does not come about. */
  readonly written: Promise<void>;
  state(): { readonly expires: Date | undefined; readonly problem: CniError | undefined };
  /** Resolves when the last look has ended. */
  readonly stopped: Promise<void>;
}

interface Granted {
  readonly token: string;
  readonly expires: Date;
  readonly renewAt: number;
}

/** What was written last. */
interface OnDisk {
  readonly text: string;
  readonly placeText: string;
  readonly token: string;
  readonly expires: Date;
}

const longestRetryMs = 60_000;

/**
 * Keeps a kubeconfig on the host, for the plugin when no agent answers: 0600, whole or not there, token
 * renewed at two thirds of its life. Written anew when the cluster's address or authority changes, and when
 * somebody edits or removes it. A failure leaves what is there. Stops with `signal` and leaves the file.
 */
export function keepHostKubeconfig(options: HostKubeconfigOptions): HostKubeconfig {
  const { path, signal, log, lookEveryMs = 10_000, retryMs = 1000, random = Math.random } = options;
  const written = Promise.withResolvers<void>();
  let granted: Granted | undefined;
  let onDisk: OnDisk | undefined;
  let problem: CniError | undefined;

  const freshToken = async (): Promise<Granted> => {
    if (granted !== undefined && Date.now() < granted.renewAt) return granted;
    const askedAt = Date.now();
    const answer = await options.requestToken();
    if (answer.kind === "refused") throw answer.error;
    return { ...answer, renewAt: renewalTime(askedAt, answer.expires, random()) };
  };
  const look = async (): Promise<void> => {
    const place = await options.readPlace();
    const placeText = JSON.stringify(place);
    const because = whyWrite({ path, granted, onDisk, placeText });
    if (because === undefined) return;
    granted = await freshToken();
    const text = kubeconfigText(place, granted.token);
    write(path, text);
    const { expires } = granted;
    onDisk = { text, placeText, token: granted.token, expires };
    log("verbose", "the kubeconfig of the host is written", { path, because, expires });
    options.tell?.({ kind: "written", because, expires });
    written.resolve();
  };
  const fail = (error: unknown): void => {
    problem = toCniError(error);
    const validUntil =
      onDisk !== undefined && onDisk.expires.getTime() > Date.now() ? onDisk.expires : undefined;
    const { message, hint } = problem;
    log("error", "the kubeconfig of the host is not renewed", { path, error: message, hint, validUntil });
    options.tell?.({ kind: "failed", error: problem, validUntil });
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await look();
        failures = 0;
        problem = undefined;
      } catch (error) {
        failures += 1;
        // A stop cuts requests off; that is no failure to tell.
        if (!signal.aborted) fail(error);
      }
      const pause = failures === 0 ? lookEveryMs : backoff(failures, { retryMs, random: random() });
      await sleepUnlessAborted(pause, signal);
    }
  };
  return {
    written: written.promise,
    state: () => ({ expires: onDisk?.expires, problem }),
    stopped: run(),
  };
}

/** At two thirds of the token's life, up to a tenth of it earlier, so that nodes do not ask all at once. */
export function renewalTime(askedAt: number, expires: Date, random: number): number {
  const life = Math.max(0, expires.getTime() - askedAt);
  // The server's clock may be behind ours: then its token looks dead at once, and we ask no faster than this.
  return askedAt + Math.max(30_000, life * (2 / 3 - random / 10));
}

function backoff(failures: number, { retryMs, random }: { retryMs: number; random: number }): number {
  return Math.min(longestRetryMs, retryMs * 2 ** (failures - 1)) * (0.5 + random / 2);
}

function whyWrite(now: {
  readonly path: string;
  readonly granted: Granted | undefined;
  readonly onDisk: OnDisk | undefined;
  readonly placeText: string;
}): WriteReason | undefined {
  const { onDisk, granted } = now;
  // What another agent left is bound to a pod that is going.
  if (onDisk === undefined || granted === undefined) return "start";
  if (Date.now() >= granted.renewAt || granted.token !== onDisk.token) return "renewal";
  if (onDisk.placeText !== now.placeText) return "cluster-changed";
  return whyNotOurs(now.path, onDisk.text);
}

function whyNotOurs(path: string, text: string): "edited" | "removed" | undefined {
  try {
    const isPrivate = (statSync(path).mode & 0o7777) === 0o600;
    return isPrivate && readFileSync(path, "utf8") === text ? undefined : "edited";
  } catch (error) {
    return errorName(error) === "ENOENT" ? "removed" : "edited";
  }
}

function write(path: string, text: string): void {
  const folder = folderOf(path);
  try {
    makePrivateFolder(folder);
    const name = path.slice(folder.length).replace(/^\//, "");
    removeAbandonedTemporaries(
      folder,
      readdirSync(folder).filter((each) => each.startsWith(`${name}.`)),
    );
    writeAtomically({ path, text, mode: 0o600, durable: true });
  } catch (error) {
    throw fileFailure("writing the kubeconfig of the host", path, withoutContent(error));
  }
}

/** The system's errors name paths only; anything else might quote what was being written. */
function withoutContent(error: unknown): unknown {
  if (errorName(error) !== undefined) return error;
  return new CniError(cniErrorCodes.ioFailure, "the file system gives no reason");
}
