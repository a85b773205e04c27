// SPDX-License-Identifier: Apache-2.0
import type { HostFacts, ValueOf } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";
import { optionOf, type Process } from "./read-processes.ts";

type KubeletFact = ValueOf<HostFacts["kubelet"]>;

/** What is known before the kubelet's folder and socket are looked for. */
export interface KubeletSources {
  readonly machine: Machine;
  readonly processes: readonly Process[];
  /** Arguments of the distribution's program. */
  readonly arguments: readonly string[];
  /** By the distribution's table. */
  readonly table: string | undefined;
}

const defaultRoot = "/var/lib/kubelet";

const isKubelet = ({ name }: Process) => name === "kubelet" || name === "kubelite";

/**
 * The kubelet's root folder: an argument's, else the distribution's, else the kubelet's own default. Throws a
 * CannotLook when there is no trace of a kubelet.
 */
export function readKubelet({ machine, processes, arguments: words, table }: KubeletSources): KubeletFact {
  const process = processes.find(isKubelet);
  const rootOf = (all: readonly string[]) => optionOf(all, ["--root-dir", "--kubelet-root-dir"]);
  const running = rootOf(process?.arguments ?? []);
  if (running !== undefined) return { root: running, from: `an argument of process ${process?.pid}` };
  const passed = kubeletArguments(words);
  const told = rootOf(passed) ?? rootOf(words);
  if (told !== undefined) return { root: told, from: "an argument of the distribution" };
  const flags = kubeadmFlags(machine);
  const kubeadm = rootOf(flags);
  if (kubeadm !== undefined) return { root: kubeadm, from: kubeadmFile };
  if (table !== undefined) return { root: table, from: "the distribution's default" };
  if (process === undefined && machine.look(defaultRoot) === undefined) {
    throw new CannotLook(`there is no kubelet: none runs, and there is no ${defaultRoot}`);
  }
  return { root: defaultRoot, from: "the kubelet's default" };
}

/** The CRI socket that the kubelet uses, where somebody says so. */
export function readEndpoint(sources: Omit<KubeletSources, "table">): string | undefined {
  const { machine, processes, arguments: words } = sources;
  const names = ["--container-runtime-endpoint"];
  const running = processes.filter(isKubelet).map((process) => optionOf(process.arguments, names));
  const told =
    running.find((value) => value !== undefined) ??
    optionOf(words, names) ??
    optionOf(kubeletArguments(words), names) ??
    optionOf(kubeadmFlags(machine), names) ??
    configuredEndpoint(machine);
  return told?.replace(/^unix:\/\//, "");
}

const kubeadmFile = "/var/lib/kubelet/kubeadm-flags.env";

function kubeadmFlags(machine: Machine): readonly string[] {
  const [, line = ""] = /^KUBELET_KUBEADM_ARGS="?(.*?)"?$/m.exec(machine.readText(kubeadmFile) ?? "") ?? [];
  return line.split(/\s+/).filter((word) => word !== "");
}

/** `containerRuntimeEndpoint` of the KubeletConfiguration, as kubeadm writes it since 1.35. */
function configuredEndpoint(machine: Machine): string | undefined {
  const text = machine.readText("/var/lib/kubelet/config.yaml") ?? "";
  const [, value] = /^containerRuntimeEndpoint:\s*["']?([^"'\s]+)["']?\s*$/m.exec(text) ?? [];
  return value;
}

/** k3s and RKE2 pass on `--kubelet-arg=root-dir=/x`. */
function kubeletArguments(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const [, inline] = /^--kubelet-arg=(.*)$/.exec(word) ?? [];
    const value = inline ?? (words[index - 1] === "--kubelet-arg" ? word : undefined);
    return value === undefined ? [] : [value.startsWith("--") ? value : `--${value}`];
  });
}
