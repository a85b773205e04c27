// SPDX-License-Identifier: Apache-2.0
import type { RuntimeFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";
import { optionOf, type Process } from "./read-processes.ts";

/** A container runtime of the machine, and where its configuration is. */
export interface FoundRuntime {
  readonly name: RuntimeFact["name"];
  readonly config: string;
  /** CRI-O: the folder of its drop-ins. */
  readonly folder: string;
  readonly socket: string;
}

/** What tells which runtime the kubelet uses. */
export interface RuntimeHints {
  readonly processes: readonly Process[];
  /** The CRI socket that the kubelet uses, where somebody says so. */
  readonly endpoint: string | undefined;
  /** By the distribution's table. */
  readonly table: { readonly config: string | undefined; readonly socket: string | undefined };
}

const containerd = {
  config: "/etc/containerd/config.toml",
  socket: "/run/containerd/containerd.sock",
} as const;
const crio = {
  config: "/etc/crio/crio.conf",
  folder: "/etc/crio/crio.conf.d",
  socket: "/var/run/crio/crio.sock",
} as const;

/**
 * The runtime that makes pods here: the one at the kubelet's socket, else one that runs, else the
 * distribution's, else one that has a configuration. Throws a CannotLook when there is no trace of any.
 */
export function findRuntime(machine: Machine, { processes, endpoint, table }: RuntimeHints): FoundRuntime {
  const running = processes.flatMap(runningRuntime);
  const ofTable = runtimeOfTable(table);
  const stock = [containerdAt({}), crioAt({})];
  if (endpoint !== undefined) {
    const known = ofTable === undefined ? stock : [ofTable, ...stock];
    const found = [...running, ...known].find(({ socket }) => sameSocket(socket, endpoint));
    return found ?? guessByName(endpoint, table.config);
  }
  // A distribution that brings a runtime uses no other: what else runs there is Docker's, or somebody's.
  const isOwn = ofTable !== undefined && !stock.some(({ config }) => config === ofTable.config);
  const known = isOwn ? [ofTable] : ofTable === undefined ? stock : [ofTable, ...stock];
  const isKnown = ({ config, socket }: FoundRuntime) =>
    known.some((one) => one.config === config || sameSocket(one.socket, socket));
  const found =
    running.find(isKnown) ?? (isOwn ? undefined : running[0]) ?? known.find((one) => hasTrace(machine, one));
  if (found !== undefined) return found;
  const places = known.flatMap(({ config, socket }) => [config, socket]);
  throw new CannotLook(
    `there is no container runtime: none runs, and there is no ${[...new Set(places)].join(", no ")}`,
  );
}

function runtimeOfTable({ config, socket }: RuntimeHints["table"]): FoundRuntime | undefined {
  if (config === undefined && socket === undefined) return undefined;
  const isCrio = /crio/.test(`${config}${socket}`);
  if (!isCrio) return containerdAt({ config, socket });
  // OpenShift and MicroShift write drop-ins, which are read with the others.
  return crioAt({ config: config?.startsWith(`${crio.folder}/`) ? undefined : config, socket });
}

function containerdAt(known: { config?: string | undefined; socket?: string | undefined }): FoundRuntime {
  const { config = containerd.config, socket = containerd.socket } = known;
  return { name: "containerd", config, folder: "", socket };
}

function crioAt(known: {
  config?: string | undefined;
  socket?: string | undefined;
  folder?: string | undefined;
}): FoundRuntime {
  const { config = crio.config, socket = crio.socket, folder = crio.folder } = known;
  return { name: "cri-o", config, folder, socket };
}

function runningRuntime({ name, arguments: words }: Process): readonly FoundRuntime[] {
  const config = optionOf(words, ["--config", "-c"]);
  if (name === "crio") {
    const folder = optionOf(words, ["--config-dir", "-d"]);
    return [crioAt({ config, folder, socket: optionOf(words, ["--listen"]) })];
  }
  // Docker's own containerd serves no CRI.
  if (name !== "containerd" || config?.startsWith("/var/run/docker/")) return [];
  return [containerdAt({ config, socket: optionOf(words, ["--address", "-a"]) })];
}

function guessByName(endpoint: string, config: string | undefined): FoundRuntime {
  if (/docker/.test(endpoint)) {
    throw new CannotLook(`the kubelet uses "${endpoint}", Docker, whose configuration Plures cannot read`);
  }
  return /crio/.test(endpoint)
    ? crioAt({ socket: endpoint })
    : containerdAt({ socket: endpoint, config: /crio/.test(config ?? "") ? undefined : config });
}

/** `/var/run` is `/run`. */
function sameSocket(a: string, b: string): boolean {
  const short = (path: string) => path.replace(/^\/var\/run\//, "/run/");
  return short(a) === short(b);
}

function hasTrace(machine: Machine, { config, folder, socket }: FoundRuntime): boolean {
  return [config, folder, socket].some((path) => path !== "" && machine.look(path) !== undefined);
}
