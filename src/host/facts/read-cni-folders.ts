// SPDX-License-Identifier: Apache-2.0
import type { ConfFolderFact, Fact, RuntimeFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";
import { type Basis, layoutOf, valueOr } from "./read-basis.ts";
import { type ConfChoice, readConfFolder } from "./read-conf-folder.ts";
import { readPluginFolder, versionsByRunning } from "./read-plugin-folder.ts";

/**
 * The folders of configurations: the runtime's own first, then those of its handlers; the distribution's when
 * the runtime is unknown.
 */
export function readConfFolders(
  machine: Machine,
  basis: Basis,
  runtime: Fact<RuntimeFact>,
): readonly ConfFolderFact[] {
  const mounts = valueOr(basis.mounts, undefined);
  const read = (path: string, choice: ConfChoice) => readConfFolder(machine, path, { mounts, choice });
  if (runtime.kind !== "known") {
    const path = layoutOf(basis)?.paths.cniConfDir?.value;
    if (path === undefined) throw unknownFolders(runtime);
    return [read(path, { maxConfNum: 1, defaultNetwork: undefined })];
  }
  const { confDir, maxConfNum, defaultNetwork, handlers } = runtime.value;
  const own = { maxConfNum: maxConfNum?.value ?? 1, defaultNetwork: defaultNetwork?.value };
  const others = handlers.flatMap((handler) => {
    const choice = { maxConfNum: handler.maxConfNum ?? 1, defaultNetwork: undefined };
    return handler.confDir === undefined ? [] : [read(handler.confDir, choice)];
  });
  return [read(confDir.value, own), ...others];
}

/** What the folders of plugins are found by. */
export interface PluginSources {
  readonly runtime: Fact<RuntimeFact>;
  readonly confFolders: Fact<readonly ConfFolderFact[]>;
}

/** The folders of plugins that the runtime searches; the distribution's when the runtime is unknown. */
export async function readPluginFolders(
  machine: Machine,
  basis: Basis,
  { runtime, confFolders }: PluginSources,
) {
  const ofTable = layoutOf(basis)?.paths.cniBinDir?.value;
  const paths =
    runtime.kind === "known" ? runtime.value.binDirs.value : ofTable === undefined ? [] : [ofTable];
  if (paths.length === 0) throw unknownFolders(runtime);
  const askVersions = versionsByRunning(machine, configuredTypes(valueOr(confFolders, [])));
  const mounts = valueOr(basis.mounts, undefined);
  return Promise.all(
    [...new Set(paths)].map((path) => readPluginFolder(machine, path, { mounts, askVersions })),
  );
}

function configuredTypes(folders: readonly ConfFolderFact[]): ReadonlySet<string> {
  const contents = folders.flatMap(({ files }) => files.map(({ content }) => content));
  const plugins = contents.flatMap((content) => (content?.kind === "known" ? content.value.plugins : []));
  return new Set(plugins.flatMap(({ type, ipam }) => (ipam === undefined ? [type] : [type, ipam])));
}

function unknownFolders(runtime: Fact<RuntimeFact>): CannotLook {
  const reason = runtime.kind === "known" ? "its runtime names none" : runtime.reason;
  return new CannotLook(`the distribution is not known, and ${reason}`);
}
