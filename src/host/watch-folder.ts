// SPDX-License-Identifier: Apache-2.0
import { type FSWatcher, statSync, watch } from "node:fs";

/** How often the folder is looked at while there is none, or no watch on it. */
const searchMs = 500;

/** How a folder is watched. */
export interface FolderWatchOptions {
  readonly path: string;
  /** Called after a change, and every `pollMs` besides; it looks for itself what is different. */
  readonly onChange: () => void;
  /**
   * Changes come in groups: `onChange` waits until there was none for so long, but no longer than five times
   * that.
   */
  readonly settleMs: number;
  /** A net for what no watch tells of: overlays, mounts over the folder, a host out of inotify. */
  readonly pollMs: number;
}

/**
 * Tells of changes in a folder, and goes on when the folder is removed, replaced or made again. Never throws:
 * a folder that cannot be watched is polled. The function that it gives back ends it.
 */
export function watchFolder({ path, onChange, settleMs, pollMs }: FolderWatchOptions): () => void {
  const settled = createSettling(settleMs, onChange);
  let watched = openWatch(path, settled.change);
  let polledAt = performance.now();
  const look = (): void => {
    const identity = identityOf(path);
    const isReplaced = identity !== watched?.identity;
    if (isReplaced) {
      watched?.close();
      watched = openWatch(path, settled.change);
    }
    if (isReplaced || performance.now() - polledAt >= pollMs) {
      polledAt = performance.now();
      settled.change();
    }
  };
  const timer = setInterval(look, Math.min(searchMs, pollMs));
  return () => {
    clearInterval(timer);
    settled.stop();
    watched?.close();
  };
}

/** Puts off `act` until changes have settled. */
function createSettling(settleMs: number, act: () => void): { change: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  const run = (): void => {
    timer = undefined;
    act();
  };
  return {
    change: () => {
      if (timer === undefined) since = performance.now();
      else if (performance.now() - since >= 4 * settleMs) return;
      clearTimeout(timer);
      timer = setTimeout(run, settleMs);
    },
    stop: () => clearTimeout(timer),
  };
}

interface OpenWatch {
  /** Of the folder that is watched: another one may come to its path. */
  readonly identity: string;
  readonly close: () => void;
}

function openWatch(path: string, change: () => void): OpenWatch | undefined {
  const identity = identityOf(path);
  if (identity === undefined) return undefined;
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, change);
    watcher.on("error", change);
  } catch {
    // The poll is enough.
  }
  return { identity, close: () => watcher?.close() };
}

/** Of a folder that was deleted and made again, device and inode may be the same; its birth is not. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : undefined;
}
