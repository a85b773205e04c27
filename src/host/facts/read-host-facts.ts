// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, resolve } from "node:path";
import {
  type ConfFolderFact,
  type Fact,
  type HostFacts,
  known,
  type MountFact,
  type RuntimeFact,
} from "../../diagnosis/index.ts";
import { askInterfaces, askRoutes } from "./ask-network.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookFor, lookForNow } from "./look-for.ts";
import { type Machine, openMachine } from "./machine.ts";
import { readArguments } from "./read-arguments.ts";
import { type ConfChoice, readConfFolder } from "./read-conf-folder.ts";
import { type HostDistribution, readDistribution } from "./read-distribution.ts";
import { readKernel } from "./read-kernel.ts";
import { readEndpoint, readKubelet } from "./read-kubelet.ts";
import { mountsThatMatter, readAllMounts } from "./read-mounts.ts";
import { processesOf, readMultus } from "./read-multus.ts";
import { readInterfaces, readRoutes } from "./read-network.ts";
import { operatingSystemOf, readHostName, readOsRelease } from "./read-os.ts";
import { readPluginFolder, versionsByRunning } from "./read-plugin-folder.ts";
import { readProcesses } from "./read-processes.ts";
import { readRuntime } from "./read-runtime.ts";
import { readSecurity } from "./read-security.ts";

/** Which machine is looked at. */
export interface HostToRead {
  /** The folder with the machine's files; `/` is this machine. */
  readonly root: string;
  /** Whether it is this machine now: its sockets, its kernel and its plugins are asked. */
  readonly live: boolean;
}

/**
 * What is true on a host. All probes run side by side, and each fails alone: into unknown, with the reason.
 * It changes nothing, never reads outside `root`, and never runs a program of a recorded machine; what only
 * a live machine can tell is not applicable there. Never throws; of a folder that holds no machine all is
 * unknown.
 */
export async function readHostFacts({ root, live }: HostToRead): Promise<HostFacts> {
  const machine = openMachine({
    root: isAbsolute(root) ? resolve(root) : resolve(process.cwd(), root),
    live,
  });
  const origin = live ? { kind: "live" as const } : { kind: "recorded" as const, root };
  const nothing = lookForNow("the root", () => refuseEmpty(machine, root));
  if (nothing.kind === "unknown") return { origin, ...allUnknown(nothing) };
  return { origin, ...(await readAll(machine)) };
}

async function readAll(machine: Machine): Promise<Omit<HostFacts, "origin">> {
  const { live } = machine;
  const basis = readBasis(machine);
  const [runtime, interfaces, routes] = await Promise.all([
    lookFor("the container runtime", () => readRuntime(machine, runtimeHints(machine, basis))),
    lookFor("the interfaces", () => (live ? askInterfaces(machine) : readInterfaces(machine))),
    lookFor("the routes", () => (live ? askRoutes() : readRoutes(machine))),
  ]);
  const confFolders = lookForNow("the folders of configurations", () =>
    readConfFolders(machine, basis, runtime),
  );
  const [pluginFolders, multus] = await Promise.all([
    lookFor("the folders of plugins", () => readPluginFolders(machine, basis, { runtime, confFolders })),
    lookFor("what Multus has", () => readMultus(machine, confFolders, basis.processes)),
  ]);
  const { mounts } = basis;
  return {
    hostName: lookForNow("the host's name", () => readHostName(machine)),
    operatingSystem: lookForNow("os-release", () => operatingSystemOf(readOsRelease(machine))),
    distribution:
      basis.distribution.kind === "known" ? known(basis.distribution.value.fact) : basis.distribution,
    runtime,
    kubelet: lookForNow("the kubelet", () =>
      readKubelet({ ...kubeletSources(machine, basis), table: kubeletDir(basis) }),
    ),
    confFolders,
    pluginFolders,
    kernel: lookForNow("the kernel", () => readKernel(machine)),
    interfaces,
    routes,
    mounts: mounts.kind === "known" ? known(mountsThatMatter(mounts.value)) : mounts,
    security: lookForNow("security modules", () => readSecurity(machine)),
    multus,
  };
}

function refuseEmpty(machine: Machine, root: string): void {
  const parts = ["/etc", "/proc", "/var", "/usr"];
  if (parts.some((part) => machine.look(part) !== undefined)) return;
  throw new CannotLook(`"${root}" holds no machine: there is no ${parts.join(", no ")} in it`);
}

function allUnknown(why: { readonly kind: "unknown"; readonly reason: string }): Omit<HostFacts, "origin"> {
  return {
    hostName: why,
    operatingSystem: why,
    distribution: why,
    runtime: why,
    kubelet: why,
    confFolders: why,
    pluginFolders: why,
    kernel: why,
    interfaces: why,
    routes: why,
    mounts: why,
    security: why,
    multus: why,
  };
}

/** What several probes need. */
interface Basis {
  readonly processes: ReturnType<typeof processesOf>;
  /** Of the distribution's program. */
  readonly words: Fact<readonly string[] | undefined>;
  readonly distribution: Fact<HostDistribution>;
  readonly mounts: Fact<readonly MountFact[]>;
}

function readBasis(machine: Machine): Basis {
  const processes = processesOf(machine, () => readProcesses(machine));
  const words = lookForNow("the distribution's arguments", () =>
    readArguments(machine, valueOr(processes, [])),
  );
  const distribution = lookForNow("the distribution", () =>
    readDistribution(machine, valueOr(words, undefined)),
  );
  const mounts = lookForNow("the mounts", () => readAllMounts(machine));
  return { processes, words, distribution, mounts };
}

function valueOr<T, Other>(fact: Fact<T>, other: Other): T | Other {
  return fact.kind === "known" ? fact.value : other;
}

function layoutOf({ distribution }: Basis): HostDistribution["layout"] {
  return valueOr(distribution, undefined)?.layout;
}

function kubeletDir(basis: Basis): string | undefined {
  return layoutOf(basis)?.paths.kubeletDir?.value;
}

function kubeletSources(machine: Machine, { processes, words }: Basis) {
  return { machine, processes: valueOr(processes, []), arguments: valueOr(words, undefined) ?? [] };
}

function runtimeHints(machine: Machine, basis: Basis) {
  const sources = kubeletSources(machine, basis);
  const paths = layoutOf(basis)?.paths;
  return {
    processes: sources.processes,
    endpoint: readEndpoint(sources),
    table: { config: paths?.runtimeConfig?.value, socket: paths?.criSocket?.value },
  };
}

/** The runtime's own folder first, then those of its handlers; the distribution's when the runtime is unknown. */
function readConfFolders(
  machine: Machine,
  basis: Basis,
  runtime: Fact<RuntimeFact>,
): readonly ConfFolderFact[] {
  const mounts = valueOr(basis.mounts, undefined);
  const read = (path: string, choice: ConfChoice) => readConfFolder(machine, path, { mounts, choice });
  if (runtime.kind !== "known") {
    const path = layoutOf(basis)?.paths.cniConfDir?.value;
    if (path === undefined) throw new Error("neither the runtime nor the distribution is known");
    return [read(path, { maxConfNum: 1, defaultNetwork: undefined })];
  }
  const { confDir, maxConfNum, defaultNetwork, handlers } = runtime.value;
  const own = { maxConfNum: maxConfNum?.value ?? 1, defaultNetwork: defaultNetwork?.value };
  const others = handlers.flatMap((handler) => {
    const choice = { maxConfNum: handler.maxConfNum ?? 1, defaultNetwork: undefined };
    return handler.confDir === undefined ? [] : [read(handler.confDir, choice)];
  });
  return [read(confDir.value, own), ...others];
}

interface PluginSources {
  readonly runtime: Fact<RuntimeFact>;
  readonly confFolders: Fact<readonly ConfFolderFact[]>;
}

async function readPluginFolders(machine: Machine, basis: Basis, { runtime, confFolders }: PluginSources) {
  const ofTable = layoutOf(basis)?.paths.cniBinDir?.value;
  const paths =
    runtime.kind === "known" ? runtime.value.binDirs.value : ofTable === undefined ? [] : [ofTable];
  if (paths.length === 0) throw new Error("neither the runtime nor the distribution is known");
  const askVersions = versionsByRunning(machine, configuredTypes(valueOr(confFolders, [])));
  const mounts = valueOr(basis.mounts, undefined);
  return Promise.all(
    [...new Set(paths)].map((path) => readPluginFolder(machine, path, { mounts, askVersions })),
  );
}

function configuredTypes(folders: readonly ConfFolderFact[]): ReadonlySet<string> {
  const contents = folders.flatMap(({ files }) => files.map(({ content }) => content));
  const plugins = contents.flatMap((content) => (content?.kind === "known" ? content.value.plugins : []));
  return new Set(plugins.flatMap(({ type, ipam }) => (ipam === undefined ? [type] : [type, ipam])));
}
