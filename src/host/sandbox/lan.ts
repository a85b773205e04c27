// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { createNetworkNamespace, withNetlink } from "../namespace.ts";
import {
  addAddress,
  changeLink,
  createLink,
  findLink,
  type Link,
  listAddresses,
  type Netlink,
  NetlinkError,
} from "../netlink/index.ts";
import { lanFolder } from "./prepare.ts";

const portName = "lan0";
// The other end has it for a moment, before it moves to its machine.
const passingName = "plures-passing";
const longestName = 15;

/**
 * Gives the node an interface called `master`, up and plugged into a LAN of its own, where a machine has
 * `addresses` (CIDR notation, such as the gateway that a NAD names) and answers pings. The machine is a
 * namespace, so that LANs of the same addresses do not meet. A second call for the same master adds what
 * addresses are new. `master` may be any name that NADs give to `master` or `device`. Rejects with a
 * CniError: code 7 for a name or address that cannot be.
 */
export async function addLan({
  master,
  addresses,
}: {
  readonly master: string;
  readonly addresses: readonly string[];
}): Promise<void> {
  if (!isInterfaceName(master)) {
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `adding the interface ${JSON.stringify(master)} to the node: no interface can have this name`,
      { hint: `a name has 1 to ${longestName} bytes, no slash, colon or space` },
    );
  }
  const machine = join(lanFolder, master);
  try {
    if (!existsSync(machine)) await plugIn(master, machine);
    await withNetlink(machine, (netlink) => giveAddresses(netlink, addresses));
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `adding the interface "${master}" to the node: ${error.message}`,
      { cause: error },
    );
  }
}

function isInterfaceName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return bytes > 0 && bytes <= longestName && !/[\s/:]/.test(name) && name !== "." && name !== "..";
}

async function plugIn(master: string, machine: string): Promise<void> {
  await withNetlink(undefined, async (node) => {
    if ((await findLink(node, master)) !== undefined)
      throw new NetlinkError(`making the link "${master}"`, "EEXIST");
    createNetworkNamespace(machine);
    const link = await createLink(node, { kind: "veth", name: master, peer: passingName });
    const descriptor = openSync(machine, "r");
    try {
      await changeLink(node, await linkOf(node, passingName), { namespace: descriptor, name: portName });
    } finally {
      closeSync(descriptor);
    }
    await changeLink(node, link, { up: true });
  });
  await withNetlink(machine, async (lan) => {
    for (const name of ["lo", portName]) await changeLink(lan, await linkOf(lan, name), { up: true });
  });
}

async function linkOf(netlink: Netlink, name: string): Promise<Link> {
  const link = await findLink(netlink, name);
  if (link === undefined) throw new NetlinkError(`looking for the link "${name}"`, "ENODEV");
  return link;
}

async function giveAddresses(lan: Netlink, addresses: readonly string[]): Promise<void> {
  const port = await linkOf(lan, portName);
  for (const address of addresses) {
    const has = (await listAddresses(lan)).some(({ cidr }) => cidr === address);
    if (!has) await addAddress(lan, port, address);
  }
}
