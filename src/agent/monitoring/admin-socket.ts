// SPDX-License-Identifier: Apache-2.0
import { chmodSync, renameSync, statSync } from "node:fs";
import { removeIfThere } from "../../host/atomic-write.ts";
import { fileFailure } from "../../host/file-failure.ts";
import { makePrivateFolder } from "../../host/private-folder.ts";
import { servePage } from "./http-server.ts";

/** The heap snapshot's socket. */
export interface AdminSocket {
  readonly path: string;
  /** Takes the socket away, unless another agent has put its own there. */
  stop(): Promise<void>;
}

/**
 * Serves `/heap-snapshot` on `<folder>/admin.sock`, for root of this node only: a snapshot holds whatever is
 * in memory. Takes the place of what an earlier agent left there. Throws a CniError (code 5).
 */
export function serveAdminSocket(folder: string): AdminSocket {
  const path = `${folder}/admin.sock`;
  const own = `${path}.${process.pid}-${Date.now().toString(36)}`;
  try {
    makePrivateFolder(folder);
    const server = Bun.serve({
      unix: own,
      development: false,
      fetch: (request) => servePage({ "/heap-snapshot": heapSnapshot }, request),
    });
    // Nobody connects before the mode is set: the folder is private, and the name is not yet known.
    chmodSync(own, 0o600);
    renameSync(own, path);
    const inode = statSync(path).ino;
    return {
      path,
      stop: async () => {
        await server.stop(true);
        if (inodeOf(path) === inode) removeIfThere(path);
      },
    };
  } catch (error) {
    removeIfThere(own);
    throw fileFailure("making the agent's admin socket", path, error);
  }
}

function heapSnapshot(request: Request): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  if (request.method === "HEAD") return new Response(null, { headers });
  return new Response(Bun.generateHeapSnapshot("v8", "arraybuffer"), { headers });
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
