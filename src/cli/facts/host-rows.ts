// SPDX-License-Identifier: Apache-2.0
import type { ConfFolderFact, HostFacts, KernelFact, PluginFolderFact } from "../../diagnosis/facts/index.ts";
import { fact, inLine, listed, type Row, words } from "./said.ts";

/** What is told of a host, in this order. */
export const hostRows: readonly Row<HostFacts>[] = [
  { title: "name", say: ({ hostName }) => fact(hostName, (name) => [name]) },
  {
    title: "system",
    say: ({ operatingSystem }) =>
      fact(operatingSystem, ({ name, id, version }) => [name ?? words(id, version)]),
  },
  {
    title: "distribution",
    say: ({ distribution }) =>
      fact(distribution, ({ name, version, why }) => [`${words(name, version)} (${why.join("; ")})`]),
  },
  {
    title: "runtime",
    say: ({ runtime }) =>
      fact(runtime, ({ name, version, confDir, binDirs, conflicts }) => [
        words(name, version),
        `configurations in ${confDir.value} (${confDir.from})`,
        `plugins in ${binDirs.value.join(", ")} (${binDirs.from})`,
        ...conflicts,
      ]),
  },
  { title: "kubelet", say: ({ kubelet }) => fact(kubelet, ({ root, from }) => [`${root} (${from})`]) },
  {
    title: "configurations",
    say: ({ confFolders }) => fact(confFolders, (folders) => folders.map(sayConfFolder)),
  },
  {
    title: "plugins",
    say: ({ pluginFolders }) => fact(pluginFolders, (folders) => folders.map(sayPluginFolder)),
  },
  {
    title: "kernel",
    say: ({ kernel }) =>
      fact(kernel, ({ release, features }) => [inLine(release, (name) => name), ...sayFeatures(features)]),
  },
  {
    title: "interfaces",
    say: ({ interfaces }) => fact(interfaces, (all) => [listed(all.map(({ name }) => name))]),
  },
  {
    title: "security",
    say: ({ security }) =>
      fact(security, ({ selinux, appArmor }) => [
        `SELinux ${inLine(selinux, ({ mode }) => mode)}`,
        `AppArmor ${inLine(appArmor, ({ enabled }) => (enabled ? "on" : "off"))}`,
      ]),
  },
  {
    title: "Multus",
    say: ({ multus }) =>
      fact(multus, ({ configs, kubeconfigs, processes }) => [
        `configurations: ${inLine(configs, pathsOf)}`,
        `kubeconfigs: ${inLine(kubeconfigs, pathsOf)}`,
        `processes: ${inLine(processes, (all) => listed(all.map(({ name, pid }) => `${name} (${pid})`)))}`,
      ]),
  },
];

/** Those of one answer in one line. */
function sayFeatures(features: KernelFact["features"]): readonly string[] {
  const said = Object.entries(features).map(
    ([name, support]) => [name, inLine(support, ({ state }) => state)] as const,
  );
  const byAnswer = Map.groupBy(said, ([, answer]) => answer);
  return Array.from(byAnswer, ([answer, those]) => `${listed(those.map(([name]) => name))} ${answer}`);
}

function sayConfFolder({ path, exists, files }: ConfFolderFact): string {
  const names = files
    .filter(({ loads }) => loads)
    .map(({ name, isUsed }) => (isUsed ? `${name} (used)` : name));
  return `${path}: ${exists ? listed(names) : "not there"}`;
}

function sayPluginFolder({ path, exists, plugins }: PluginFolderFact): string {
  const names = plugins.map(({ name, executable }) => (executable ? name : `${name} (cannot run)`));
  return `${path}: ${exists ? listed(names) : "not there"}`;
}

function pathsOf(files: readonly { readonly path: string }[]): string {
  return listed(files.map(({ path }) => path));
}
