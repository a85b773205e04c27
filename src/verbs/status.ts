// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { CniError, type CniRequest, cniErrorCodes, toCniError } from "../cni/index.ts";
import { planPrimary } from "./plan-primary.ts";
import type { VerbPorts } from "./ports.ts";
import { requirePlugins } from "./require-plugins.ts";
import { nodePrimary } from "./resolve-networks.ts";
import { knowsVerb } from "./run-attachment.ts";
import { runNetworkPlugin } from "./run-network-plugin.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * STATUS: whether an ADD could succeed now: the primary's readiness file is there, its configuration can be
 * read, the plugins of all delegates are present, IPAM included, and those of the primary that know STATUS
 * agree. Throws a CniError, code 50 when it could not. Source: CNI 1.1.0, section 2 "STATUS".
 */
export async function status(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<void> {
  await requireReadinessFile(config, ports);
  const searchDirs = searchDirsOf(config, request);
  await notAvailableUnless(async () => {
    const delegates = config.delegates.map((delegate) => ({ label: delegate.name, config: delegate }));
    const networks = [await nodePrimary(config, ports), ...delegates.slice(1)];
    await requirePlugins(networks, searchDirs, { plugins: ports.plugins, verb: "STATUS" });
  });
  const { attachments } = await notAvailableUnless(() => planPrimary(request, config, ports));
  for (const { network, plugins } of attachments) {
    for (const plugin of plugins) {
      // A plugin too old for STATUS is at least there when it answers VERSION.
      const verb = knowsVerb(plugin, "STATUS") ? "STATUS" : "VERSION";
      const question = { verb, network, searchDirs, plugins: ports.plugins } as const;
      await notAvailableUnless(() => runNetworkPlugin(plugin, question));
    }
  }
}

/** The runtime polls STATUS: what is not there now is told at once, not waited for. */
async function requireReadinessFile(config: MultusConfig, ports: VerbPorts): Promise<void> {
  const file = config.readinessIndicatorFile;
  if (file === "" || (await ports.waitForFile(file, "at-once"))) return;
  throw new CniError(
    cniErrorCodes.notAvailable,
    `the primary network is not ready: there is no readiness file "${file}"`,
    {
      hint: "look at the pods of the cluster's primary CNI on this node",
    },
  );
}

/**
 * Codes 50 and 51 of a plugin are handed on; everything else that is wrong means that no pod could be
 * attached.
 */
async function notAvailableUnless<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (cause) {
    const error = toCniError(cause);
    const isStatus =
      error.code === cniErrorCodes.notAvailable || error.code === cniErrorCodes.limitedConnectivity;
    if (isStatus) throw error;
    throw new CniError(cniErrorCodes.notAvailable, error.message, {
      hint: error.hint,
      details: error.details,
      cause,
    });
  }
}
