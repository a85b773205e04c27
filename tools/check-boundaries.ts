// SPDX-License-Identifier: Apache-2.0
import boundaries from "./boundaries.json";
import { codeOnly, numberedLines, type Problem, type RepoCheck, type RepoFile } from "./repo.ts";

interface Folder {
  /** Folders of src that it may import; `*` is all. */
  readonly imports: readonly string[];
  /** Folders of which it may import types. */
  readonly types?: readonly string[];
  readonly packages: readonly string[];
  /** Whether it may touch the outside world: Node, Bun, their globals. */
  readonly world?: boolean;
}

interface Import {
  readonly line: number;
  readonly from: string;
  readonly typesOnly: boolean;
}

const folders: Readonly<Record<string, Folder>> = boundaries.folders;
const worldlyGlobals = new RegExp(`(?<![.\\w])(${boundaries["worldly globals"].join("|")})(?=[.(])`);

/** Who may import whom: tools/boundaries.json. Tests may touch the world and use every folder through its door. */
export const checkBoundaries: RepoCheck = (files) =>
  files.filter(({ path }) => /^src\/.*\.ts$/.test(path)).flatMap(checkFile);

function checkFile(file: RepoFile): readonly Problem[] {
  const { path } = file;
  const name = folderOf(path);
  const folder = folders[name];
  if (folder === undefined) return [{ path, message: `src/${name} is not in tools/boundaries.json` }];
  const isTest = /\.test\.ts$|\/fixtures\//.test(path);
  const rights: Folder = isTest ? { imports: ["*"], packages: ["*"], world: true } : folder;
  const problems = importsOf(file).flatMap(({ line, from, typesOnly }) => {
    const message = from.startsWith(".")
      ? whyNotFolder(name, rights, { from: resolve(path, from), typesOnly })
      : whyNotPackage(rights, { from, typesOnly });
    return message === undefined ? [] : [{ path, line, message }];
  });
  return rights.world === true ? problems : [...problems, ...globalsOf(file)];
}

function whyNotFolder(own: string, rights: Folder, target: { from: string; typesOnly: boolean }) {
  if (!target.from.startsWith("src/")) return undefined;
  const other = folderOf(target.from);
  if (other === own) return undefined;
  const may = [...rights.imports, ...(target.typesOnly ? (rights.types ?? []) : [])];
  if (!may.includes("*") && !may.includes(other)) return `src/${own} may not import src/${other}`;
  const isDoor = other === "testing" || /^src\/[^/]+\/(index|main|ports)\.ts$/.test(target.from);
  return isDoor ? undefined : `reaches inside src/${other}: import its index.ts`;
}

function whyNotPackage(rights: Folder, { from, typesOnly }: { from: string; typesOnly: boolean }) {
  if (/^(node:|bun$|bun:)/.test(from))
    return rights.world === true ? undefined : `is pure, may not import ${from}`;
  if (
    typesOnly ||
    rights.packages.some((name) => name === "*" || from === name || from.startsWith(`${name}/`))
  )
    return undefined;
  return `the package ${from} is not allowed here by tools/boundaries.json`;
}

function importsOf({ text }: RepoFile): readonly Import[] {
  const statement =
    /^(?:import|export)\s+(?:(?<names>[\w$*\s{},]+?)\s+from\s+)?"(?<static>[^"]+)"|\bimport\("(?<lazy>[^"]+)"\)/gm;
  return [...text.matchAll(statement)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    from: match.groups?.static ?? match.groups?.lazy ?? "",
    typesOnly: isTypesOnly(match.groups?.names ?? ""),
  }));
}

/** `type {...}`, or braces in which every name has its own `type`. */
function isTypesOnly(names: string): boolean {
  const inBraces =
    names
      .match(/\{([^}]*)\}/)?.[1]
      ?.split(",")
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return (
    /^\s*type\b/.test(names) || (inBraces.length > 0 && inBraces.every((name) => name.startsWith("type ")))
  );
}

function globalsOf(file: RepoFile): readonly Problem[] {
  return numberedLines({ ...file, text: codeOnly(file.text) }).flatMap(({ line, text }) => {
    const found = text.match(worldlyGlobals)?.[1];
    return found === undefined ? [] : [{ path: file.path, line, message: `is pure, may not use ${found}` }];
  });
}

function folderOf(path: string): string {
  const [, folder = "", ...rest] = path.split("/");
  return rest.length === 0 ? "." : folder;
}

function resolve(path: string, relative: string): string {
  return new URL(relative, `file:///${path}`).pathname.slice(1);
}
