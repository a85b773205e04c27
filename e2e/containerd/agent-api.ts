// SPDX-License-Identifier: Apache-2.0
import { type ApiServer, startApiServer } from "../../src/testing/api-server/index.ts";
import type { AgentDeployment } from "./agent-deployment.ts";
import { startTokenRequests, type TokenRequests, tokenOf } from "./agent-token-requests.ts";
import type { TestNode } from "./node.ts";

/** The API server of a node's cluster, where agents come with the account of their manifest. */
export interface AgentApi {
  readonly api: ApiServer;
  /** Where it listens on the node's loopback. */
  readonly port: number;
  /** What agents asked for tokens of their account. */
  readonly tokenRequests: TokenRequests["asked"];
  /** From now on the account has the rights of this deployment; gives a token of it. */
  apply(deployment: Pick<AgentDeployment, "account">): string;
  stop(): Promise<void>;
}

/** Starts it with these objects. Nobody may do anything before something is applied. */
export async function startAgentApi(node: TestNode, objects: readonly unknown[]): Promise<AgentApi> {
  const api = await startApiServer({ objects, users: [], certificate: "none" });
  const tokens: string[] = [];
  let account: AgentDeployment["account"] = { name: "", rules: [] };
  const giveToken = (): string => {
    const token = tokenOf(account.name, tokens.length);
    tokens.push(token);
    api.setUsers([{ ...account, tokens }]);
    return token;
  };
  const front = await startTokenRequests({
    networkNamespace: `/proc/${node.pid}/ns/net`,
    api,
    account: () => ({ ...account, tokens }),
    giveToken,
  });
  return {
    api,
    port: front.port,
    tokenRequests: front.asked,
    apply(deployment) {
      account = deployment.account;
      return giveToken();
    },
    async stop() {
      await front.stop();
      await api.stop();
    },
  };
}
