// SPDX-License-Identifier: Apache-2.0
import { existsSync, type FSWatcher, watch } from "node:fs";
import { folderOf } from "./path-parts.ts";

/** Changes that no watch tells of (a mount over the folder, a network file system) are noticed this late. */
const pollMs = 500;

/**
 * Waits until there is something at `path`: true then, at once if it is there already; false when
 * `deadlineMs` milliseconds have passed or `signal` came. Upstream's `readinessindicatorfile` is what it is
 * for: the primary network writes it.
 */
export async function waitForFile(
  path: string,
  limits: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const endsAt = performance.now() + limits.deadlineMs;
  for (;;) {
    if (limits.signal?.aborted === true) return false;
    // The watch comes first: what appears between it and the look is not lost.
    const change = watchFolder(nearestFolder(path));
    if (existsSync(path)) {
      change.stop();
      return true;
    }
    const left = endsAt - performance.now();
    if (left <= 0) {
      change.stop();
      return false;
    }
    await firstOf({ change, signal: limits.signal, milliseconds: Math.min(left, pollMs) });
  }
}

interface FolderWatch {
  readonly changed: Promise<void>;
  readonly stop: () => void;
}

function watchFolder(folder: string): FolderWatch {
  const { promise, resolve } = Promise.withResolvers<void>();
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, () => resolve());
    watcher.on("error", () => resolve());
  } catch {
    // No watch to be had (the host ran out of inotify, or the folder went away): polling is enough.
  }
  return { changed: promise, stop: () => watcher?.close() };
}

/** The folder of `path`, or the one above where that is still to be made. */
function nearestFolder(path: string): string {
  const folder = folderOf(path);
  return folder === path || existsSync(folder) ? folder : nearestFolder(folder);
}

async function firstOf(wait: {
  readonly change: FolderWatch;
  readonly signal: AbortSignal | undefined;
  readonly milliseconds: number;
}): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, wait.milliseconds);
  const stop = (): void => resolve();
  wait.signal?.addEventListener("abort", stop, { once: true });
  await Promise.race([promise, wait.change.changed]);
  clearTimeout(timer);
  wait.signal?.removeEventListener("abort", stop);
  wait.change.stop();
}
