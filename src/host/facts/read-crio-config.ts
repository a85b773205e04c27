// SPDX-License-Identifier: Apache-2.0
import { expandGlob } from "./expand-glob.ts";
import type { Machine } from "./machine.ts";
import { parseToml, type TomlTable, tableAt, textsOf } from "./parse-toml.ts";
import type { RuntimeSettings } from "./read-containerd-config.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

const defaults = { confDir: "/etc/cni/net.d", binDirs: ["/opt/cni/bin"], network: "" } as const;

/** What the files have said so far; later ones win key by key. */
interface Said {
  readonly confDir?: Value<string>;
  readonly binDirs?: Value<readonly string[]>;
  readonly network?: Value<string>;
  /** The older key for one more folder. */
  readonly binDir?: Value<string>;
}

interface Value<T> {
  readonly value: T;
  readonly from: "file";
  readonly file: string;
  readonly key: string;
}

/**
 * The effective CNI settings of CRI-O (crio.conf(5)): its file, then its drop-ins in order, key by key, else
 * its defaults. Throws a CannotLook when a file is broken.
 */
export function readCrioConfig(
  machine: Machine,
  { main, folder }: { readonly main: string; readonly folder: string },
): RuntimeSettings {
  const isThere = machine.look(main) !== undefined;
  const dropIns = expandGlob(machine, `${folder}/*`).filter((path) => machine.look(path)?.kind === "file");
  let said: Said = {};
  for (const path of isThere ? [main, ...dropIns] : dropIns) {
    const table = parseToml(machine.readText(path) ?? "", path);
    said = { ...said, ...whatItSays(tableAt(table, ["crio", "network"]) ?? {}, path) };
  }
  const binDirs = said.binDirs ?? { value: defaults.binDirs, from: "default" as const };
  const older = said.binDir;
  return {
    files: [
      ...(isThere ? [{ path: main, role: "main" as const }] : []),
      ...dropIns.map((path) => ({ path, role: "drop-in" as const })),
    ],
    confDir: said.confDir ?? { value: defaults.confDir, from: "default" },
    binDirs: older === undefined ? binDirs : { ...older, value: [...binDirs.value, older.value] },
    defaultNetwork: said.network ?? { value: defaults.network, from: "default" },
    handlers: [],
    conflicts: [],
  };
}

function whatItSays(network: TomlTable, file: string): Said {
  const at = <T>(key: string, value: T): Value<T> => ({
    value,
    from: "file",
    file,
    key: `crio.network.${key}`,
  });
  const { network_dir, cni_default_network, plugin_dir } = network;
  const dirs = textsOf(network.plugin_dirs);
  return {
    ...(typeof network_dir === "string"
      ? { confDir: at("network_dir", withoutTrailingSlash(network_dir)) }
      : {}),
    ...(dirs === undefined ? {} : { binDirs: at("plugin_dirs", dirs.map(withoutTrailingSlash)) }),
    ...(typeof cni_default_network === "string"
      ? { network: at("cni_default_network", cni_default_network) }
      : {}),
    ...(typeof plugin_dir === "string" && plugin_dir !== ""
      ? { binDir: at("plugin_dir", withoutTrailingSlash(plugin_dir)) }
      : {}),
  };
}
