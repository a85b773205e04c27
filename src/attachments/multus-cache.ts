// SPDX-License-Identifier: Apache-2.0
import { CniError, type CniResult, cniErrorCodes, formatCniArgs, pluginStdin } from "../cni/index.ts";
import { deviceInfoFile } from "./devices.ts";
import { handedOnArgs } from "./handed-on-args.ts";
import { type CachedDelegate, delegateOfResult, readCachedDelegate } from "./multus-delegates.ts";
import { type CachedResult, readCachedResult } from "./multus-results.ts";
import type { Attachment, AttachmentPlan, AttachmentRole, PodIdentity } from "./plan.ts";
import { declaredValues } from "./runtime-config.ts";

/** What upstream Multus keeps of a container. */
export interface MultusCacheTexts {
  /** Content of `<cniDir>/<containerID>`. */
  readonly delegates: string;
  /** Contents of `<cniDir>/results/*-<containerID>-*`. */
  readonly results: readonly string[];
}

/** Whose cache it is. */
export interface MultusCacheKey {
  readonly containerId: string;
  /** CNI_IFNAME of the runtime. */
  readonly ifName: string;
  /** CNI_ARGS of the request at hand, for when upstream's result cache is lost. */
  readonly args?: string;
}

/**
 * Turns what upstream Multus left about a container into a plan that DEL can replay: whole plugin
 * configurations, interfaces, CNI_ARGS and results as ADD had them. Upstream writes the delegates without
 * waiting for the disk: when they cannot be read, the cached results say the same. Throws a CniError (code 5)
 * naming the file when those do not help either; an empty file, which will never say anything, gives a plan
 * without attachments.
 */
export function entryFromMultusCache(
  files: MultusCacheTexts,
  key: MultusCacheKey,
): { readonly plan: AttachmentPlan; readonly results: ReadonlyMap<number, CniResult> } {
  const cached = files.results.flatMap((text) => readCachedResult(text) ?? []);
  const delegates = readDelegates(files.delegates, cached, key);
  const chosen = matchResults(delegates, cached, key.ifName);
  const args = new Map(cached[0]?.args ?? []);
  const pod = podOf(args);
  const plan: AttachmentPlan = {
    schemaVersion: 1,
    containerId: key.containerId,
    ifName: key.ifName,
    netns: cached[0]?.netns ?? "",
    pod,
    searchDirs: [],
    attachments: delegates.map((delegate, index) => {
      const role = roleOf(delegate, index);
      return attachmentOf(delegate, { role, pod, key, ...chosen[index] });
    }),
  };
  const results = chosen.flatMap(({ cache }, index) =>
    cache?.result === undefined ? [] : [[index, cache.result] as const],
  );
  return { plan, results: new Map(results) };
}

function readDelegates(
  text: string,
  cached: readonly CachedResult[],
  { containerId, ifName }: MultusCacheKey,
): readonly CachedDelegate[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) throw new Error("it is no list of delegates");
    return list.map((entry, index) => readCachedDelegate(entry, `delegate ${index}`));
  } catch (cause) {
    const rebuilt = rebuildDelegates(cached, ifName);
    if (rebuilt.length > 0 || text.trim() === "") return rebuilt;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CniError(
      cniErrorCodes.ioFailure,
      `reading upstream Multus' cache file "${containerId}": ${reason}`,
      {
        hint: "the file lies in cniDir, /var/lib/cni/multus; take it away to let the pod go, its leases may stay behind",
        cause,
      },
    );
  }
}

/**
 * In the order of ADD: the primary, the other networks, an auxiliary chain on the primary's interface; none
 * when one is broken.
 */
function rebuildDelegates(cached: readonly CachedResult[], ifName: string): readonly CachedDelegate[] {
  const rank = ({ config, interface: name }: CachedDelegate) =>
    config.plugins[0]?.type === chainStarter ? 2 : name === ifName ? 0 : 1;
  try {
    return cached.map(delegateOfResult).toSorted((a, b) => rank(a) - rank(b));
  } catch {
    return [];
  }
}

interface Match {
  readonly interface: string;
  readonly cache: CachedResult | undefined;
}

/**
 * Upstream names interfaces as we do; where its cache has another name for the network, that one was
 * attached.
 */
function matchResults(
  delegates: readonly CachedDelegate[],
  cached: readonly CachedResult[],
  ifName: string,
): readonly Match[] {
  const expected = delegates.map(
    (delegate, index) => delegate.interface ?? (index === 0 ? ifName : `net${index}`),
  );
  return delegates.map(({ config }, index) => {
    const name = expected[index] ?? ifName;
    const own = cached.filter(({ networkName }) => networkName === config.name);
    const cache =
      own.find((result) => result.interface === name) ??
      own.find((result) => !expected.includes(result.interface));
    return { interface: cache?.interface ?? name, cache };
  });
}

/** Upstream runs an auxiliary chain behind a plugin of its own that does nothing. */
const chainStarter = "passthru";

function roleOf({ config }: CachedDelegate, index: number): AttachmentRole {
  if (index === 0) return "primary";
  return config.plugins[0]?.type === chainStarter ? "auxiliary" : "network";
}

function podOf(args: ReadonlyMap<string, string>): PodIdentity | undefined {
  const namespace = args.get("K8S_POD_NAMESPACE");
  const name = args.get("K8S_POD_NAME");
  return namespace && name ? { namespace, name, uid: args.get("K8S_POD_UID") ?? "" } : undefined;
}

interface AttachmentContext extends Partial<Match> {
  readonly role: AttachmentRole;
  readonly pod: PodIdentity | undefined;
  readonly key: MultusCacheKey;
}

function attachmentOf(delegate: CachedDelegate, context: AttachmentContext): Attachment {
  const { config, name: network, ips, mac, deviceId } = delegate;
  const { role, pod, key, cache, interface: name = key.ifName } = context;
  const { containerId, args = "" } = key;
  const infoFile = deviceInfoFile({ network, containerId, interface: name });
  return {
    role,
    network,
    cniName: config.name,
    interface: name,
    cniVersion: config.cniVersion,
    cniArgs:
      cache === undefined
        ? handedOnArgs({ args, containerId, pod, selection: { ips, mac } })
        : formatCniArgs(cache.args),
    plugins: config.plugins.flatMap((plugin, index) => {
      if (role === "auxiliary" && plugin.type === chainStarter) return [];
      const { name: cniName, cniVersion } = config;
      const runtimeConfig = declaredValues(cache?.capabilityArgs ?? {}, plugin);
      const cniArgs = delegate.cniArgs[index];
      const stdin = pluginStdin({ plugin, name: cniName, cniVersion, runtimeConfig, cniArgs });
      return [{ type: plugin.type, cniVersion, stdin }];
    }),
    disableCheck: config.disableCheck,
    disableGC: config.disableGC,
    requested: { ips, mac, infinibandGuid: undefined, deviceId: undefined },
    defaultRoutes: { ipv4: { kind: "keep" }, ipv6: { kind: "keep" } },
    device: deviceId === undefined ? undefined : { resourceName: delegate.resourceName, deviceId, infoFile },
  };
}
