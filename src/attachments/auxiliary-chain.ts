// SPDX-License-Identifier: Apache-2.0
import { type NetworkConfig, withFolderPlugins } from "../cni/index.ts";
import type { MultusConfig } from "./multus-types.ts";
import { refuseSelfDelegation } from "./self-delegation.ts";

/**
 * The folder with the configurations of `auxiliaryCNIChainName`: beside the file of `clusterNetwork`, as
 * upstream has it, else in `confDir`. undefined when no chain is configured.
 */
export function auxiliaryChainFolder(
  config: Pick<MultusConfig, "auxiliaryChainName" | "clusterNetwork" | "confDir">,
): string | undefined {
  if (config.auxiliaryChainName === "") return undefined;
  const isFile = /^\/.*\.(?:conf|conflist|json)$/.test(config.clusterNetwork);
  const folder = isFile
    ? config.clusterNetwork.slice(0, config.clusterNetwork.lastIndexOf("/"))
    : config.clusterNetwork.startsWith("/")
      ? config.clusterNetwork.replace(/\/+$/, "")
      : config.confDir;
  return `${folder}/${config.auxiliaryChainName}`;
}

/**
 * The network that the chain is: `files` are the `.conf` files of its folder, in order. undefined when there
 * are none. It runs after all other networks, on the primary's interface, and its first plugin gets the
 * primary's result as `prevResult`. Throws a CniError (code 6 or 7) for a broken file.
 */
export function auxiliaryChain(
  { auxiliaryChainName, cniVersion }: Pick<MultusConfig, "auxiliaryChainName" | "cniVersion">,
  files: readonly { readonly path: string; readonly text: string }[],
): NetworkConfig | undefined {
  const chain = files.filter(({ path }) => path.endsWith(".conf"));
  if (chain.length === 0) return undefined;
  const empty: NetworkConfig = {
    name: auxiliaryChainName,
    cniVersion,
    form: "list",
    plugins: [],
    disableCheck: false,
    disableGC: false,
    loadOnlyInlinedPlugins: false,
  };
  const config = withFolderPlugins(empty, chain);
  for (const { path, text } of chain) refuseSelfDelegation(JSON.parse(text), path);
  return config;
}
