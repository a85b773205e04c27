// SPDX-License-Identifier: Apache-2.0

import type { TokenWish } from "../../cluster/token-request.ts";
import { CniError, cniErrorCodes } from "../../cni/index.ts";

/** The pod and the account of this agent, as a TokenRequest names them. */
export type AgentIdentity = Pick<TokenWish, "serviceAccount" | "boundPod">;

const variables = ["POD_NAMESPACE", "POD_NAME", "POD_UID"] as const;

/**
 * Who this agent is: its pod by the variables POD_NAMESPACE, POD_NAME and POD_UID (downward API), its account
 * by `subject`, what its own token says (`system:serviceaccount:NAMESPACE:NAME`). Throws a CniError (code 11)
 * that names what is missing.
 */
export function agentIdentity(
  env: Readonly<Record<string, string | undefined>>,
  subject: string | undefined,
): AgentIdentity {
  const { POD_NAMESPACE: podNamespace, POD_NAME: name, POD_UID: uid } = env;
  if (!podNamespace || !name || !uid) {
    const missing = variables.filter((variable) => !env[variable]).join(", ");
    throw cannotBind(`${missing} is not set`, "set it in the DaemonSet by fieldRef (downward API)");
  }
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject ?? "") ?? [];
  if (namespace === undefined || account === undefined) {
    const who = subject === undefined ? "an unknown user" : JSON.stringify(subject);
    throw cannotBind(`the agent signs in as ${who}`, "let the agent use the ServiceAccount of its pod");
  }
  if (namespace !== podNamespace) {
    const what = `its account is in ${namespace}, its pod in ${podNamespace}`;
    throw cannotBind(what, "let the agent use the ServiceAccount of its pod");
  }
  return { serviceAccount: { namespace, name: account }, boundPod: { name, uid } };
}

function cannotBind(what: string, hint: string): CniError {
  const message = `cannot ask for a token that is bound to this agent's pod: ${what}`;
  return new CniError(cniErrorCodes.tryAgainLater, message, { hint });
}
