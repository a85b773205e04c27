// SPDX-License-Identifier: Apache-2.0
import {
  type AttachMode,
  attachModeOf,
  type ChosenConfig,
  chooseByName,
  chooseFirst,
  type MultusConfig,
  type NetworkAttachmentDefinition,
  type NetworkSource,
  networkConfigOfNad,
  networkSources,
  readConfigFile,
  resourceNameOf,
} from "../attachments/index.ts";
import { CniError, cniErrorCodes, type NetworkConfig, withFolderPlugins } from "../cni/index.ts";
import type { Lookup, VerbPorts } from "./ports.ts";

/** A network's configuration, wherever it came from. */
export interface FoundNetwork {
  /** `namespace/name` of the NAD, or the name in the CNI config. */
  readonly label: string;
  readonly config: NetworkConfig;
  /** The device plugin resource that its NAD names. */
  readonly resourceName: string | undefined;
  /** What its NAD says of `attach`. */
  readonly attach?: AttachMode | undefined;
}

/** What finding a network needs of the outside world. */
export type NetworkPorts = Pick<VerbPorts, "files" | "cluster" | "log">;

type Settings = Pick<MultusConfig, "multusNamespace" | "confDir" | "kubeconfig">;

/**
 * Finds the network that `clusterNetwork` or an element of `defaultNetworks` names: the first place that has
 * it wins (as Multus v4.3). Throws a CniError: code 7 when no place has it, what the API lookup
 * failed with when only a NAD could have been meant, 6 or 7 for a broken configuration.
 */
export async function findNetwork(
  reference: string,
  config: Settings,
  ports: NetworkPorts,
): Promise<FoundNetwork> {
  let unreachable: Error | undefined;
  for (const source of networkSources(reference, config)) {
    const lookup = await lookIn(source, config, ports);
    if (lookup.kind === "found") return lookup.value;
    if (lookup.kind === "unreachable") unreachable = lookup.error;
  }
  throw unreachable ?? notFound(reference, config);
}

/**
 * The network of a NAD; one without configuration means the node's configuration of its name. Throws a
 * CniError (code 6 or 7).
 */
export async function networkOfNad(
  nad: NetworkAttachmentDefinition,
  config: Pick<MultusConfig, "confDir">,
  ports: NetworkPorts,
): Promise<FoundNetwork> {
  const label = `${nad.namespace}/${nad.name}`;
  const told = { label, resourceName: resourceNameOf(nad), attach: attachModeOf(nad) };
  const meant = networkConfigOfNad(nad, config);
  if (meant.kind === "config") return { ...told, config: meant.config };
  const found = await chosenConfig(meant, ports);
  if (found !== undefined) return { ...told, config: found };
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `NetworkAttachmentDefinition ${label} has no spec.config, and "${meant.folder}" has no CNI configuration named "${meant.name}"`,
    { hint: "write the CNI configuration into spec.config" },
  );
}

async function lookIn(
  source: NetworkSource,
  config: Settings,
  ports: NetworkPorts,
): Promise<Lookup<FoundNetwork>> {
  if (source.kind === "nad") {
    const lookup = await ports.cluster?.readNetwork(source.namespace, source.name);
    if (lookup === undefined || lookup.kind === "absent") return { kind: "absent" };
    if (lookup.kind === "unreachable") return lookup;
    return { kind: "found", value: await networkOfNad(lookup.value, config, ports) };
  }
  const found = await chosenConfig(source, ports);
  if (found === undefined) return { kind: "absent" };
  return { kind: "found", value: { label: found.name, config: found, resourceName: undefined } };
}

type FileSource = Exclude<NetworkSource, { kind: "nad" }>;

/** The configuration that a place on this host holds, with the plugins that a folder beside it adds. */
async function chosenConfig(source: FileSource, ports: NetworkPorts): Promise<NetworkConfig | undefined> {
  const { found, skipped } = await choose(source, ports);
  for (const { path, reason } of skipped)
    ports.log("verbose", "a CNI configuration is passed over", { path, reason });
  if (found === undefined) return undefined;
  const folder = `${found.path.slice(0, found.path.lastIndexOf("/"))}/${found.config.name}`;
  const added = found.config.loadOnlyInlinedPlugins ? undefined : await ports.files.readFolder(folder);
  return withFolderPlugins(
    found.config,
    (added ?? []).filter(({ path }) => path.endsWith(".conf")),
  );
}

async function choose(source: FileSource, { files }: NetworkPorts): Promise<ChosenConfig> {
  if (source.kind === "file") {
    const file = await files.readFile(source.path);
    return { found: file && { path: file.path, config: readConfigFile(file) }, skipped: [] };
  }
  const folder = (await files.readFolder(source.kind === "folder" ? source.path : source.folder)) ?? [];
  return source.kind === "folder" ? chooseFirst(folder) : chooseByName(folder, source.name);
}

function notFound(reference: string, config: Settings): CniError {
  const isPath = reference.startsWith("/");
  const message = isPath
    ? `find network "${reference}": this node has no such CNI configuration`
    : `find network "${reference}": neither a NAD in "${config.multusNamespace}" nor a CNI configuration in "${config.confDir}" has this name`;
  const hint = reference.startsWith("/host/")
    ? `write the node's path, "${reference.slice("/host".length)}": "/host" is a mount of Multus' pod`
    : "correct clusterNetwork or defaultNetworks in the Multus configuration";
  return new CniError(cniErrorCodes.invalidNetworkConfig, message, { hint });
}
