// SPDX-License-Identifier: Apache-2.0
import type { InterfaceFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { readAddresses } from "./read-addresses.ts";

const upFlag = 1;
const loopbackFlag = 8;

/**
 * The interfaces of a recorded machine, from /sys/class/net and /proc/net. Throws a CannotLook when the
 * recording has neither.
 */
export function readInterfaces(machine: Machine): readonly InterfaceFact[] {
  const names = machine.list("/sys/class/net") ?? namesInProc(machine);
  if (names === undefined) throw new CannotLook("there is no /sys/class/net and no /proc/net/dev");
  const addresses = readAddresses(machine);
  return names
    .filter((name) => name !== "bonding_masters")
    .map((name) => readInterface(machine, name, addresses))
    .sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

function namesInProc(machine: Machine): readonly string[] | undefined {
  return machine
    .readText("/proc/net/dev")
    ?.split("\n")
    .flatMap((line) => /^\s*([^\s:|]+):/.exec(line)?.[1] ?? []);
}

function readInterface(
  machine: Machine,
  name: string,
  addresses: ReadonlyMap<string, readonly string[]> | undefined,
): InterfaceFact {
  const folder = `/sys/class/net/${name}`;
  const read = (file: string) => {
    const text = lookForNow(name, () => machine.readText(`${folder}/${file}`)?.trim());
    return text.kind === "known" && text.value !== "" ? text.value : undefined;
  };
  const flags = toNumber(read("flags"));
  const carrier = read("carrier");
  const master = machine.look(`${folder}/master`)?.realPath;
  const hasFolder = machine.look(folder) !== undefined;
  return {
    name,
    index: toNumber(read("ifindex")),
    kind: /^DEVTYPE=(.+)$/m.exec(read("uevent") ?? "")?.[1],
    mac: read("address"),
    mtu: toNumber(read("mtu")),
    up: flags === undefined ? undefined : (flags & upFlag) !== 0,
    carrier: carrier === undefined ? undefined : carrier === "1",
    loopback: flags === undefined ? name === "lo" : (flags & loopbackFlag) !== 0,
    physical: hasFolder ? machine.look(`${folder}/device`) !== undefined : undefined,
    controller: master?.slice(master.lastIndexOf("/") + 1),
    addresses: addresses === undefined ? undefined : (addresses.get(name) ?? []),
  };
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? undefined : value;
}
