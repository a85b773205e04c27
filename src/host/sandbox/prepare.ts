// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { withNetlink } from "../namespace.ts";
import { changeLink, findLink } from "../netlink/index.ts";
import { namespacesOfThisProcess, outsideVariable } from "./enter.ts";
import { makeMountsPrivate, makePrivateFolder } from "./private-folder.ts";

/** Where pods' network namespaces are. */
export const namespaceFolder = "/run/netns";
/** Where plugins keep leases and caches. */
export const stateFolder = "/var/lib/cni";
/** Where the sandbox keeps the namespaces of its own machines. */
export const lanFolder = "/run/plures-lan";

// Sockets in /run lead to daemons of the real host (D-Bus, Open vSwitch, containerd), so only these are seen:
// programs (NixOS) and users' own files.
const shownInRun = new Set(["current-system", "booted-system", "wrappers", "user", "media", "host"]);
const hiddenInState = new Set(["cni", "plures"]);

const nodeSettings = [
  ["net/ipv4/ip_forward", "1"],
  ["net/ipv6/conf/all/forwarding", "1"],
  ["net/bridge/bridge-nf-call-iptables", "1"],
  ["net/bridge/bridge-nf-call-ip6tables", "1"],
] as const;

/**
 * Makes this process's namespaces a node of its own: `/run` and `/var/lib/cni` are empty and private, the
 * rest of `/var/lib` is seen (k3s keeps plugins there), `lo` is up, packets are forwarded as on a node.
 * `outside` is the value of the variable that `enterSandbox` set. Throws a CniError: code 999 when this
 * process is not in a sandbox, for all this on the real host would hide its `/run`; code 5 when the kernel
 * refuses a step.
 */
export async function prepareSandbox({ outside }: { readonly outside: string | undefined }): Promise<void> {
  refuseOutside(outside);
  makeMountsPrivate();
  makePrivateFolder("/run", (name) => shownInRun.has(name));
  makePrivateFolder("/var/lib", (name) => !hiddenInState.has(name));
  for (const folder of [namespaceFolder, stateFolder, lanFolder, "/run/lock"]) mkdirSync(folder);
  await withNetlink(undefined, async (netlink) => {
    const loopback = await findLink(netlink, "lo");
    if (loopback !== undefined) await changeLink(netlink, loopback, { up: true });
  });
  for (const [name, value] of nodeSettings) trySetting(name, value);
}

function refuseOutside(outside: string | undefined): void {
  const here = namespacesOfThisProcess().split(" ");
  const there = outside?.split(" ") ?? here;
  if (here.every((namespace) => !there.includes(namespace))) return;
  throw new CniError(
    cniErrorCodes.internal,
    "preparing the sandbox: this process still is in the namespaces of the host",
    { hint: `start it as enterSandbox says, with ${outsideVariable} in its environment` },
  );
}

/** Not every kernel has every setting, and in a container /proc/sys is read-only. */
function trySetting(name: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${name}`, value);
  } catch {
    // What then does not work shows in the answers to pings.
  }
}
