// SPDX-License-Identifier: Apache-2.0
import {
  type Fact,
  known,
  type MultusFacts,
  notApplicable,
  unknown,
  type ValueOf,
} from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";
import { type Process, withoutSecrets } from "./read-processes.ts";

/** Programs of Multus; the others are daemons only with that first word. */
const daemons: readonly { readonly name: string; readonly word?: string }[] = [
  { name: "multus-daemon" },
  { name: "multusd" },
  { name: "thin_entrypoint" },
  { name: "plures", word: "agent" },
  { name: "plures", word: "controller" },
  { name: "dhcp", word: "daemon" },
];

/** What facts tell of the processes of Multus, Plures and the dhcp daemon. */
export function tellProcesses(processes: readonly Process[]): ValueOf<MultusFacts["processes"]> {
  return processes.filter(isDaemon).map(({ pid, name, arguments: words }) => ({
    pid,
    name,
    arguments: withoutSecrets(words),
  }));
}

function isDaemon({ name, arguments: words }: Process): boolean {
  return daemons.some(
    (daemon) => daemon.name === name && (daemon.word === undefined || daemon.word === words[0]),
  );
}

/** Processes of a recorded machine, which few recordings have. */
export function processesOf(machine: Machine, read: () => readonly Process[]): Fact<readonly Process[]> {
  try {
    return known(read());
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    return machine.live
      ? unknown(error.message)
      : notApplicable("processes are seen on a live machine, and this recording has none");
  }
}
