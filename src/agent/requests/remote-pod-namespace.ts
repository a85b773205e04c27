// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { namespaceGone } from "../../host/namespace.ts";
import { createNetlink, errorName, NetlinkError, type NetlinkExchange } from "../../host/netlink/index.ts";
import { createPodNamespace, type NamespaceAccess } from "../../host/pod-namespace.ts";
import type { PodNamespace } from "../../verbs/index.ts";
import type { Hands } from "./hands.ts";

/**
 * Pods' network namespaces on the host that lends its hands: the messages are ours, the shim carries them.
 */
export function createRemotePodNamespace(hands: Hands): PodNamespace {
  return createPodNamespace(remoteNamespaces(hands));
}

const empty = new Uint8Array();

function remoteNamespaces(hands: Hands): NamespaceAccess {
  return {
    isThere: async (netns) => {
      if (!netns.startsWith("/")) return false;
      const { kind, errors } = await hands.netlink(netns, empty);
      // What the shim does not let us into, such as the host's own namespace, is there all the same.
      if (kind === "answered" || kind === "refused") return true;
      if (kind === "no-namespace") return false;
      throw notReached(netns, new TextDecoder().decode(errors));
    },
    withNetlink: (netns, act) => act(createNetlink(exchangeIn(netns, hands))),
  };
}

function exchangeIn(netns: string, hands: Hands): NetlinkExchange {
  return async (message) => {
    const { kind, number, output, errors } = await hands.netlink(netns, message);
    if (kind === "answered") return [output];
    if (kind === "no-namespace") throw namespaceGone(netns);
    if (kind === "failed") throw new NetlinkError("asking the kernel", errorName(number));
    throw notReached(netns, new TextDecoder().decode(errors));
  };
}

function notReached(netns: string, reason: string): CniError {
  return new CniError(
    cniErrorCodes.ioFailure,
    `entering the network namespace "${netns}": the host does not allow it: ${reason}`,
  );
}
