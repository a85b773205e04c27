// SPDX-License-Identifier: Apache-2.0
import { CannotLook } from "./cannot-look.ts";
import { expandGlob } from "./expand-glob.ts";
import type { Machine } from "./machine.ts";
import { numberOf, parseToml, type TomlTable, tableAt, textsOf } from "./parse-toml.ts";

/** Where containerd keeps what it needs for CNI, by the version of its configuration (docs/PLUGINS.md). */
const sections: Readonly<Record<number, string>> = {
  1: "cri",
  2: "io.containerd.grpc.v1.cri",
  3: "io.containerd.cri.v1.runtime",
};
const newestSection = 3;

/** One file, with the one section of it that matters. */
export interface ContainerdFile {
  readonly path: string;
  readonly role: "main" | "import";
  readonly version: number;
  readonly section: TomlTable | undefined;
  readonly sectionName: string;
  readonly imports: readonly string[];
  readonly conflicts: readonly string[];
}

/**
 * A configuration of containerd and all that it imports: breadth first, each file once, as its own loader.
 * None when `main` is not there. Throws a CannotLook for a broken file and for an import that is not there.
 */
export function readContainerdFiles(machine: Machine, main: string): readonly ContainerdFile[] {
  const files: ContainerdFile[] = [];
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

function readFile(machine: Machine, path: string, role: ContainerdFile["role"]): ContainerdFile | undefined {
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
