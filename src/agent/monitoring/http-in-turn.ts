// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../../cni/index.ts";
import { errorName } from "../../host/file-failure.ts";
import type { Log } from "../../verbs/index.ts";
import { type HttpServer, type HttpServerOptions, serveHttp, serverName } from "./http-server.ts";

export interface HttpInTurnOptions extends HttpServerOptions {
  /** False while a newer agent serves this node: the port is its own then. */
  readonly isOurTurn: () => boolean;
  readonly log: Log;
  /** 500 ms by default. */
  readonly lookEveryMs?: number;
}

/**
 * Serves HTTP whenever it is our turn. In an update two agents share the host's network for a while, and the
 * kubelet must hear the newer one: the older lets go of the port, and takes it again when the newer one is
 * gone. Rejects with a CniError as `serveHttp` does, but waits where an agent has the port.
 */
export async function serveHttpInTurn(options: HttpInTurnOptions): Promise<{ stop(): Promise<void> }> {
  const { address, isOurTurn, log, lookEveryMs = 500 } = options;
  let server: HttpServer | undefined;
  const look = async (): Promise<void> => {
    if (!isOurTurn()) {
      await server?.stop();
      server = undefined;
    } else if (server === undefined) {
      server = serveHttp(options);
      log("verbose", "metrics and probes are served", { url: server.url });
    }
  };
  try {
    await look();
  } catch (error) {
    if (!isPortInUse(error) || !(await isAgentAt(address))) throw error;
    log("verbose", "another agent has the port of metrics and probes, waiting for it", { address });
  }
  const timer = setInterval(() => {
    look().catch((error) => {
      if (!isPortInUse(error)) log("error", "metrics and probes cannot be served", { address, error });
    });
  }, lookEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await server?.stop();
      server = undefined;
    },
  };
}

function isPortInUse(error: unknown): boolean {
  return error instanceof CniError && errorName(error.cause) === "EADDRINUSE";
}

async function isAgentAt(address: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(2000) });
    return answer.headers.get("server") === serverName;
  } catch {
    return false;
  }
}
