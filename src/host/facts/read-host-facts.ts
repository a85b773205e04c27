// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { type HostFacts, known } from "../../diagnosis/index.ts";
import { askInterfaces, askRoutes } from "./ask-network.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookFor, lookForNow } from "./look-for.ts";
import { type Machine, openMachine } from "./machine.ts";
import { kubeletDir, kubeletSources, readBasis, runtimeHints } from "./read-basis.ts";
import { readConfFolders, readPluginFolders } from "./read-cni-folders.ts";
import { readInterfaces } from "./read-interfaces.ts";
import { readKernel } from "./read-kernel.ts";
import { readKubelet } from "./read-kubelet.ts";
import { mountsThatMatter } from "./read-mounts.ts";
import { readMultus } from "./read-multus.ts";
import { operatingSystemOf, readHostName, readOsRelease } from "./read-os.ts";
import { readRoutes } from "./read-routes.ts";
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
  const machine = openMachine({ root: resolve(root), live });
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
