// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { Cluster } from "../verbs/index.ts";

/**
 * The cluster under a configuration whose agent asks the API, when the agent itself cannot be asked: every
 * lookup is `unreachable`, which the stories know how to live with.
 */
export function clusterWithoutAgent(reason: string): Cluster {
  const unreachable = async () =>
    ({
      kind: "unreachable",
      error: new CniError(cniErrorCodes.tryAgainLater, `the node's agent cannot be asked: ${reason}`, {
        hint: 'start the agent of this node, or add "kubeconfig" with the path of one to the Multus configuration',
      }),
    }) as const;
  return {
    readPod: unreachable,
    readNetwork: unreachable,
    namespacesOfNetwork: async () => [],
    writeNetworkStatus: unreachable,
    emitEvent: async () => {},
  };
}
