// SPDX-License-Identifier: Apache-2.0
import { parseMultusConfig } from "../attachments/index.ts";
import { elementTexts, isAtLeast, type NetworkConfig, setKeys, valueText } from "../cni/index.ts";
import type { AgentConfig } from "./agent-config.ts";
import type { Primary } from "./look-at-candidate.ts";
import type { OwnFileName } from "./own-files.ts";

/** The node's Multus configuration, ready to be written. */
export interface RenderedConfig {
  readonly fileName: OwnFileName;
  readonly text: string;
}

/** Only root reads it, as upstream's. */
export const nodeConfigMode = 0o600;

/** What the runtime is always asked for: it tells of a pod's annotations when the API cannot be asked. */
const podAnnotations = "io.kubernetes.cri.pod-annotations";

/**
 * The node's Multus configuration for a primary, which is embedded as first of `delegates`, byte for byte.
 * Since 1.0.0 the specification knows lists only: from there on it is a `.conflist`, below a `.conf`.
 * `kubeconfig` is the path of a kubeconfig on the host. Throws a CniError when the plugin would refuse it.
 */
export function renderMultusConfig(wanted: {
  readonly primary: Primary;
  readonly config: AgentConfig;
  readonly kubeconfig?: string | undefined;
}): RenderedConfig {
  const { primary, config } = wanted;
  const head = [...versionTexts(primary, config), ["name", JSON.stringify(nameOf(primary, config))]] as const;
  const body = [...keysOfPlugin(wanted), ["delegates", `[\n${delegateText(primary, config)}\n]`]] as const;
  const single = objectText([...head, ...body]);
  const { cniVersion } = parseMultusConfig(single);
  return isAtLeast(cniVersion, "1.0.0")
    ? {
        fileName: "00-multus.conflist",
        text: objectText([...head, ["plugins", `[\n${objectText(body)}\n]`]]),
      }
    : { fileName: "00-multus.conf", text: single };
}

/** A key and the JSON text of its value. */
type Member = readonly [key: string, text: string];

function objectText(members: readonly Member[]): string {
  const lines = members.map(([key, text]) => `  ${JSON.stringify(key)}: ${text}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function nameOf(primary: Primary, { name, overrideNetworkName }: AgentConfig): string {
  return overrideNetworkName ? primary.config.name : name;
}

/** All that the plugin is told but the delegates. */
function keysOfPlugin({ primary, config, kubeconfig }: Parameters<typeof renderMultusConfig>[0]): Member[] {
  const keys = {
    type: "multus",
    ...config.handedOn,
    capabilities: capabilitiesOf(primary.config, config.handedOn.capabilities),
    daemonSocketDir: config.socketDir,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
  return Object.entries(keys).map(([key, value]) => [key, JSON.stringify(value)]);
}

/** The runtime passes what we declare, and we pass it to those of the primary's plugins that do. */
function capabilitiesOf(primary: NetworkConfig, configured: unknown): Readonly<Record<string, unknown>> {
  const declared = primary.plugins.flatMap(({ capabilities }) => capabilities);
  const asked = Object.fromEntries([...declared, podAnnotations].map((capability) => [capability, true]));
  return { ...asked, ...(typeof configured === "object" ? configured : {}) };
}

/**
 * The version that the runtime speaks is one that it would have spoken with the primary; all that the primary
 * offers is offered on.
 */
function versionTexts({ text }: Primary, { cniVersion }: AgentConfig): Member[] {
  if (cniVersion !== undefined) return [["cniVersion", JSON.stringify(cniVersion)]];
  const offered = valueText(text, "cniVersions");
  return [
    ["cniVersion", valueText(text, "cniVersion") ?? '"0.1.0"'],
    ...(offered === undefined ? [] : [["cniVersions", offered] satisfies Member]),
  ];
}

/** The primary as it is written; what is not in its file, or must be other, is spliced in. */
function delegateText(primary: Primary, { cniVersion, forceCniVersion }: AgentConfig): string {
  const text = primary.text.trim();
  const version = forceCniVersion && cniVersion !== undefined ? JSON.stringify(cniVersion) : undefined;
  const added = primary.config.form === "list" && !primary.config.loadOnlyInlinedPlugins ? primary.added : [];
  if (version === undefined && added.length === 0) return text;
  const plugins = [
    ...elementTexts(valueText(text, "plugins") ?? "[]"),
    ...added.map((file) => file.text.trim()),
  ];
  return setKeys(text, {
    ...(version === undefined ? {} : { cniVersion: version }),
    ...(added.length === 0 ? {} : { plugins: `[${plugins.join(",")}]` }),
  });
}
