// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from "../../cni/index.ts";
import type { RuntimeFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { type ContainerdFile, readContainerdFiles } from "./containerd-files.ts";
import { expandGlob } from "./expand-glob.ts";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { numberOf, type TomlTable, tableAt, textOf, textsOf } from "./parse-toml.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

/** What a runtime's files say of CNI. */
export type RuntimeSettings = Pick<
  RuntimeFact,
  "files" | "confDir" | "binDirs" | "maxConfNum" | "defaultNetwork" | "handlers" | "conflicts"
>;

/** Only without this one containerd runs on its defaults; other files are written by those who start it. */
const stockFile = "/etc/containerd/config.toml";

const defaultBinDirs: readonly string[] = ["/opt/cni/bin"];
const defaults = { confDir: "/etc/cni/net.d", binDirs: defaultBinDirs, maxConfNum: 1 } as const;

/**
 * The effective CNI settings of containerd, by its file and all that it imports: a section of a later file
 * replaces that of an earlier one as a whole, as containerd does it. Without the file, and without the table,
 * containerd's defaults hold. Throws a CannotLook when a file is broken: containerd would not start.
 */
export function readContainerdConfig(machine: Machine, main: string): RuntimeSettings {
  const files = readContainerdFiles(machine, main);
  if (files.length === 0 && main !== stockFile)
    throw new CannotLook(`there is no "${main}", containerd's file`);
  const last = files.findLast(({ section }) => section !== undefined);
  const cni = last?.section === undefined ? undefined : tableAt(last.section, ["cni"]);
  const place = (key: string) =>
    last === undefined ? undefined : { file: last.path, key: `plugins."${last.sectionName}".cni.${key}` };
  return {
    files: files.map(({ path, role, version }) => ({ path, role, version })),
    confDir: setting(pathOf(cni?.conf_dir), defaults.confDir, place("conf_dir")),
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
  const many = textsOf(cni?.bin_dirs)?.map(withoutTrailingSlash);
  if (many !== undefined && many.length > 0) return setting(many, defaults.binDirs, place("bin_dirs"));
  const one = pathOf(cni?.bin_dir);
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
    const confDir = pathOf(runtime.cni_conf_dir);
    if (confDir === undefined) return [];
    return [{ name, confDir, maxConfNum: numberOf(runtime.cni_max_conf_num) }];
  });
}

/** Since 2.2 containerd's own default file imports them; a file that was written before does not. */
function unreadDropIns(machine: Machine, files: readonly ContainerdFile[], main: string): readonly string[] {
  if (main !== stockFile || !files.some(({ path }) => path === main)) return [];
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

function pathOf(value: unknown): string | undefined {
  const path = textOf(value);
  return path === undefined ? undefined : withoutTrailingSlash(path);
}
