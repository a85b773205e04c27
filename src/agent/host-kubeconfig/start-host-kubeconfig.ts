// SPDX-License-Identifier: Apache-2.0
import { loadAccess } from "../../cluster/index.ts";
import { createRequester } from "../../cluster/request.ts";
import { requestToken } from "../../cluster/token-request.ts";
import type { Log } from "../../verbs/index.ts";
import { agentIdentity } from "./agent-identity.ts";
import { type HostKubeconfig, type HostKubeconfigEvent, keepHostKubeconfig } from "./host-kubeconfig.ts";

/** Long enough for an agent that is broken over a night; the pod's end is the token's end anyway. */
const tokenLifeSeconds = 24 * 60 * 60;
const patienceMs = 10_000;

/** Keeps the kubeconfig of the host with the agent's own access to the API. */
export function startHostKubeconfig(options: {
  readonly path: string;
  /** The agent's own; undefined for its ServiceAccount. */
  readonly kubeconfig: string | undefined;
  /** Instead of the server that the agent uses. */
  readonly server: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly tell?: (event: HostKubeconfigEvent) => void;
}): HostKubeconfig {
  const { path, kubeconfig, env, signal, log, server } = options;
  const load = (timeoutMs: number) => loadAccess({ kubeconfig, env, timeoutMs });
  const requester = createRequester({ loadAccess: load, deadline: () => patienceMs, signal, log });
  const kept = keepHostKubeconfig({
    path,
    requestToken: async () => {
      const { credential } = await load(patienceMs);
      const identity = agentIdentity(env, credential.subject);
      return requestToken(requester, { ...identity, expirationSeconds: tokenLifeSeconds });
    },
    readPlace: async () => {
      const access = await load(patienceMs);
      const { ca, serverName, skipTlsVerify, proxyUrl } = access;
      return { server: server ?? access.server, ca, serverName, skipTlsVerify, proxyUrl };
    },
    signal,
    log,
    ...(options.tell === undefined ? {} : { tell: options.tell }),
  });
  void kept.stopped.then(() => requester.close());
  return kept;
}
