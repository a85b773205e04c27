// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from "../../cni/index.ts";
import type { RuntimeFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { expandGlob } from "./expand-glob.ts";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { parseToml, type TomlTable, tableAt, textsOf } from "./parse-toml.ts";

/** What a runtime's files say of CNI. */
export type RuntimeSettings = Pick<
  RuntimeFact,
  "files" | "confDir" | "binDirs" | "maxConfNum" | "defaultNetwork" | "handlers" | "conflicts"
>;

/** Where containerd keeps what it needs for CNI, by the version of its configuration (docs/PLUGINS.md). */
const sections: Readonly<Record<number, string>> = {
  1: "cri",
  2: "io.containerd.grpc.v1.cri",
  3: "io.containerd.cri.v1.runtime",
};
const newestSection = 3;

const defaultBinDirs: readonly string[] = ["/opt/cni/bin"];
const defaults = { confDir: "/etc/cni/net.d", binDirs: defaultBinDirs, maxConfNum: 1 } as const;

/** One file, with the one section of it that matters. */
interface ConfigFile {
  readonly path: string;
  readonly role: "main" | "import";
  readonly version: number;
  readonly section: TomlTable | undefined;
  readonly sectionName: string;
  readonly imports: readonly string[];
  readonly conflicts: readonly string[];
}

/**
 * The effective CNI settings of containerd, by its file and all that it imports: a section of a later file
 * replaces that of an earlier one as a whole, as containerd does it. Without the file, and without the table,
 * containerd's defaults hold. Throws a CannotLook when a file is broken: containerd would not start.
 */
export function readContainerdConfig(machine: Machine, main: string): RuntimeSettings {
  const files = readFiles(machine, main);
  const last = files.findLast(({ section }) => section !== undefined);
  const cni = last?.section === undefined ? undefined : tableAt(last.section, ["cni"]);
  const place = (key: string) =>
    last === undefined ? undefined : { file: last.path, key: `plugins."${last.sectionName}".cni.${key}` };
  return {
    files: files.map(({ path, role, version }) => ({ path, role, version })),
    confDir: setting(textOf(cni?.conf_dir), defaults.confDir, place("conf_dir")),
    binDirs: chooseBinDirs(cni, place),
    maxConfNum: setting(numberOf(cni?.max_conf_num), defaults.maxConfNum, place("max_conf_num")),
    handlers: last?.section === undefined ? [] : readHandlers(last.section),
    conflicts: [
      ...files.flatMap(({ conflicts }) => conflicts),
      ...binDirConflicts(cni, last?.path),
      ...unreadDropIns(machine, files, main),
    ],
  };
}

interface Place {
  readonly file: string;
  readonly key: string;
}

function setting<T>(value: T | undefined, fallback: T, place: Place | undefined) {
  if (value === undefined || place === undefined) return { value: fallback, from: "default" as const };
  return { value, from: "file" as const, ...place };
}

function chooseBinDirs(
  cni: TomlTable | undefined,
  place: (key: string) => Place | undefined,
): RuntimeSettings["binDirs"] {
  const many = textsOf(cni?.bin_dirs);
  if (many !== undefined && many.length > 0) return setting(many, defaults.binDirs, place("bin_dirs"));
  const one = textOf(cni?.bin_dir);
  return setting(one === undefined ? undefined : [one], defaults.binDirs, place("bin_dir"));
}

function binDirConflicts(cni: TomlTable | undefined, file: string | undefined): readonly string[] {
  const one = textOf(cni?.bin_dir);
  const many = textsOf(cni?.bin_dirs) ?? [];
  if (one === undefined || many.length === 0) return [];
  return [
    `"${file}" sets bin_dir "${one}" and bin_dirs ${JSON.stringify(many)}: containerd since 2.1 refuses both, earlier ones know bin_dir only`,
  ];
}

function readHandlers(section: TomlTable): RuntimeSettings["handlers"] {
  const runtimes = tableAt(section, ["containerd", "runtimes"]) ?? {};
  return Object.entries(runtimes).flatMap(([name, runtime]) => {
    if (!isJsonObject(runtime)) return [];
    const confDir = textOf(runtime.cni_conf_dir);
    if (confDir === undefined) return [];
    return [{ name, confDir, maxConfNum: numberOf(runtime.cni_max_conf_num) }];
  });
}

/** Breadth first, each file once, as containerd's own loader. */
function readFiles(machine: Machine, main: string): readonly ConfigFile[] {
  const files: ConfigFile[] = [];
  const waiting: string[] = [main];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = readFile(machine, path, path === main ? "main" : "import");
    if (file === undefined) continue;
    files.push(file);
    waiting.push(...file.imports.flatMap((pattern) => resolveImport(machine, pattern, path)));
  }
  return files;
}

function resolveImport(machine: Machine, pattern: string, importer: string): readonly string[] {
  const folder = importer.slice(0, importer.lastIndexOf("/"));
  const absolute = pattern.startsWith("/") ? pattern : `${folder}/${pattern}`;
  return /[*?]/.test(absolute) ? expandGlob(machine, absolute) : [absolute];
}

function readFile(machine: Machine, path: string, role: ConfigFile["role"]): ConfigFile | undefined {
  const text = machine.readText(path);
  if (text === undefined) {
    if (role === "main") return undefined;
    throw new CannotLook(`"${path}" is imported by containerd's configuration and is not there`);
  }
  const table = parseToml(text, path);
  // A file that says nothing is of version 1.
  const version = numberOf(table.version) ?? 1;
  const sectionName = sections[Math.min(version, newestSection)] ?? "cri";
  return {
    path,
    role,
    version,
    sectionName,
    section: tableAt(table, ["plugins", sectionName]),
    imports: textsOf(table.imports) ?? [],
    conflicts: deafTables(table, { path, version, sectionName }),
  };
}

/** A table under the name of another version is not read, and nobody says so. */
function deafTables(
  table: TomlTable,
  { path, version, sectionName }: { path: string; version: number; sectionName: string },
): readonly string[] {
  return Object.values(sections)
    .filter((name) => name !== sectionName && tableAt(table, ["plugins", name, "cni"]) !== undefined)
    .map(
      (name) =>
        `"${path}" is of version ${version}, so that containerd does not read its table plugins."${name}".cni; it reads plugins."${sectionName}".cni`,
    );
}

/** Since 2.2 containerd's own default file imports them; a file that was written before does not. */
function unreadDropIns(machine: Machine, files: readonly ConfigFile[], main: string): readonly string[] {
  if (main !== "/etc/containerd/config.toml" || !files.some(({ path }) => path === main)) return [];
  const read = new Set(files.map(({ path }) => path));
  return dropIns(machine)
    .filter((path) => !read.has(path))
    .map((path) => `"${path}" is there, but "${main}" does not import it`);
}

function dropIns(machine: Machine): readonly string[] {
  try {
    return expandGlob(machine, "/etc/containerd/conf.d/*.toml");
  } catch (error) {
    throw new CannotLook(whyNot("/etc/containerd/conf.d", error));
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
