// SPDX-License-Identifier: Apache-2.0
import { loadAccess } from "../../cluster/index.ts";
import { createRequester } from "../../cluster/request.ts";
import { requestToken, type TokenAnswer, type TokenWish } from "../../cluster/token-request.ts";

/** Asks for tokens with the kubeconfig at a path, a second at most. */
export function tokenSource(source: {
  readonly kubeconfig: string;
  readonly wish: TokenWish;
  readonly signal: AbortSignal;
}): () => Promise<TokenAnswer> {
  const requester = createRequester({
    loadAccess: (timeoutMs) => loadAccess({ kubeconfig: source.kubeconfig, env: {}, timeoutMs }),
    deadline: () => 1000,
    signal: source.signal,
  });
  return () => requestToken(requester, source.wish);
}
