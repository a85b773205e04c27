// SPDX-License-Identifier: Apache-2.0
import { connect } from "node:net";
import {
  type Fact,
  known,
  type MultusConfigFact,
  type MultusFacts,
  notApplicable,
  unknown,
  type ValueOf,
} from "../../diagnosis/index.ts";
import type { Machine } from "./machine.ts";
import { pathsOfSetting } from "./paths-of-setting.ts";
import { tellFile } from "./tell-file.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

type SocketFact = ValueOf<MultusFacts["sockets"]>[number];

const socketFolder = "/run/multus";
const dhcpSocket = "/run/cni/dhcp.sock";
const socketPatienceMs = 2000;

/**
 * Sockets of Multus, of Plures in its place and of the dhcp daemon, and whether somebody listens there. Those
 * that a configuration names are told when they are absent, too.
 */
export async function readSockets(
  machine: Machine,
  configs: readonly MultusConfigFact[],
): Promise<readonly SocketFact[]> {
  const named = ["daemonSocketDir", "socketDir"]
    .flatMap((key) => pathsOfSetting(configs, key))
    .map((folder) => `${withoutTrailingSlash(folder)}/multus.sock`);
  const usual = [`${socketFolder}/multus.sock`, `${socketFolder}/socket/multus.sock`, dhcpSocket];
  const there = usual.filter((path) => machine.look(path) !== undefined);
  const paths = [...new Set([...named, ...there])];
  return Promise.all(paths.map((path) => readSocket(machine, path)));
}

async function readSocket(machine: Machine, path: string): Promise<SocketFact> {
  const file = tellFile(path, machine.look(path));
  const role = path === dhcpSocket ? ("dhcp-daemon" as const) : ("multus" as const);
  if (!machine.live) return { file, role, answers: notApplicable("nobody listens on a recorded machine") };
  const place = machine.placeOf(path);
  if (place === undefined) return { file, role, answers: known(false) };
  return { file, role, answers: await takesConnections(place, path) };
}

function takesConnections(place: string, path: string): Promise<Fact<boolean>> {
  return new Promise((resolve) => {
    const socket = connect({ path: place, timeout: socketPatienceMs });
    const end = (fact: Fact<boolean>) => {
      socket.destroy();
      resolve(fact);
    };
    socket.once("connect", () => end(known(true)));
    socket.once("timeout", () => end(unknown(`"${path}" does not answer in time`)));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const nobody = error.code === "ECONNREFUSED" || error.code === "ENOENT" || error.code === "ENOTSOCK";
      end(nobody ? known(false) : unknown(`"${path}" cannot be asked: ${error.code ?? error.message}`));
    });
  });
}
