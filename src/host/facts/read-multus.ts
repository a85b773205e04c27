// SPDX-License-Identifier: Apache-2.0
import { connect } from "node:net";
import {
  type ConfFolderFact,
  type Fact,
  known,
  type MultusConfigFact,
  type MultusFacts,
  notApplicable,
  unknown,
} from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookFor, lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { readKubeconfigFact } from "./read-kubeconfig-fact.ts";
import { readMultusConfigs } from "./read-multus-configs.ts";
import { type Process, withoutSecrets } from "./read-processes.ts";
import { tellFile } from "./tell-file.ts";

type Known<F> = F extends { readonly kind: "known"; readonly value: infer T } ? T : never;
type CacheFolder = Known<MultusFacts["cache"]>[number];
type SocketFact = Known<MultusFacts["sockets"]>[number];

/** Where Multus keeps records; `cniDir` of its configuration may name another folder. */
const cniDir = "/var/lib/cni/multus";
const socketFolder = "/run/multus";
const dhcpSocket = "/run/cni/dhcp.sock";
const socketPatienceMs = 2000;

/** What Multus, or Plures in its place, has on a machine; each part may be unknown by itself. */
export async function readMultus(
  machine: Machine,
  folders: Fact<readonly ConfFolderFact[]>,
  processes: Fact<readonly Process[]>,
): Promise<MultusFacts> {
  const configs: MultusFacts["configs"] =
    folders.kind === "known"
      ? lookForNow("the configurations of Multus", () => readMultusConfigs(machine, folders.value))
      : folders;
  const named = configs.kind === "known" ? configs.value : [];
  const confDirs = folders.kind === "known" ? folders.value.map(({ path }) => path) : [];
  return {
    configs,
    kubeconfigs: lookForNow("kubeconfigs", () => readKubeconfigs(machine, named, confDirs)),
    cache: lookForNow("records", () => readCache(machine, named)),
    sockets: await lookFor("sockets", () => readSockets(machine, named)),
    processes: processes.kind === "known" ? known(tellProcesses(processes.value)) : processes,
  };
}

function settingsOf(configs: readonly MultusConfigFact[], key: string): readonly string[] {
  return configs.flatMap(({ settings }) => {
    const value = settings[key];
    return typeof value === "string" && value.startsWith("/") ? [value] : [];
  });
}

function readKubeconfigs(
  machine: Machine,
  configs: readonly MultusConfigFact[],
  confDirs: readonly string[],
): Known<MultusFacts["kubeconfigs"]> {
  const usual = confDirs
    .map((folder) => `${folder.replace(/\/+$/, "")}/multus.d/multus.kubeconfig`)
    .filter((path) => machine.look(path) !== undefined);
  const paths = new Set([...settingsOf(configs, "kubeconfig"), ...usual]);
  return [...paths].map((path) => {
    const namedBy = configs
      .filter(({ settings }) => settings.kubeconfig === path)
      .map((config) => config.path);
    return readKubeconfigFact(machine, path, namedBy);
  });
}

function readCache(machine: Machine, configs: readonly MultusConfigFact[]): readonly CacheFolder[] {
  const own = new Set([cniDir, ...settingsOf(configs, "cniDir")]);
  const rows = [...own].flatMap((path) => [
    { path, role: "multus" as const },
    { path: `${path}/results`, role: "libcni" as const },
    { path: `${path}/plures/journal`, role: "plures" as const },
  ]);
  return [...rows, { path: "/var/lib/cni/results", role: "libcni" as const }].map((row) =>
    readCacheFolder(machine, row),
  );
}

function readCacheFolder(machine: Machine, row: Pick<CacheFolder, "path" | "role">): CacheFolder {
  const names = machine.list(row.path);
  if (names === undefined) return { ...row, exists: false, entries: 0 };
  const looks = names.flatMap((name) => machine.look(`${row.path}/${name}`) ?? []);
  const files = looks.filter(({ kind }) => kind === "file").map(({ modified }) => modified.getTime());
  const oldest = files.length === 0 ? undefined : new Date(Math.min(...files)).toISOString();
  return { ...row, exists: true, entries: files.length, oldest };
}

/** Those that a configuration names are told when they are absent too. */
async function readSockets(
  machine: Machine,
  configs: readonly MultusConfigFact[],
): Promise<readonly SocketFact[]> {
  const named = ["daemonSocketDir", "socketDir"]
    .flatMap((key) => settingsOf(configs, key))
    .map((folder) => `${folder.replace(/\/+$/, "")}/multus.sock`);
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

/** Programs of Multus; the others are daemons only with that first word. */
const daemons: readonly { readonly name: string; readonly word?: string }[] = [
  { name: "multus-daemon" },
  { name: "multusd" },
  { name: "thin_entrypoint" },
  { name: "plures", word: "agent" },
  { name: "plures", word: "controller" },
  { name: "dhcp", word: "daemon" },
];

function tellProcesses(processes: readonly Process[]): Known<MultusFacts["processes"]> {
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
