// SPDX-License-Identifier: Apache-2.0
import boundaries from "./boundaries.json";
import { type Import, importsOf } from "./imports.ts";
import { codeOnly, numberedLines, type Problem, type RepoCheck, type RepoFile } from "./repo.ts";

interface Folder {
  /** Folders of src that it may import; `*` is all. */
  readonly imports: readonly string[];
  /** Folders of which it may import types. */
  readonly types?: readonly string[];
  readonly packages: readonly string[];
  /** Whether it may touch the outside world: Node, Bun, their globals. */
  readonly world?: boolean;
  /** Whether it may import single files of another folder: programs do, to load no more than they need. */
  readonly insides?: boolean;
}

const folders: Readonly<Record<string, Folder>> = boundaries.folders;
const worldlyGlobals = new RegExp(`(?<![.\\w])(${boundaries["worldly globals"].join("|")})(?=[.(])`);

/**
 * Who may import whom: tools/boundaries.json. Tests may touch the world and use every folder through its
 * door.
 */
export const checkBoundaries: RepoCheck = (files) =>
  files.filter(({ path }) => /^src\/.*\.ts$/.test(path)).flatMap(checkFile);

function checkFile(file: RepoFile): readonly Problem[] {
  const { path } = file;
  const name = folderOf(path);
  const folder = folders[name];
  if (folder === undefined) return [{ path, message: `src/${name} is not in tools/boundaries.json` }];
  const isTest = /\.test\.ts$|\/fixtures\//.test(path);
  const rights: Folder = isTest ? { imports: ["*"], packages: ["*"], world: true } : folder;
  const problems = importsOf(file).flatMap((imported) => {
    const { target, line } = imported;
    const message =
      target === undefined
        ? whyNotPackage(rights, imported)
        : whyNotFolder({ own: name, rights, target, typesOnly: imported.typesOnly });
    return message === undefined ? [] : [{ path, line, message }];
  });
  return rights.world === true ? problems : [...problems, ...globalsOf(file)];
}

interface FolderUse {
  readonly own: string;
  readonly rights: Folder;
  /** The file that is imported. */
  readonly target: string;
  readonly typesOnly: boolean;
}

function whyNotFolder({ own, rights, target, typesOnly }: FolderUse): string | undefined {
  const other = folderOf(target);
  if (!target.startsWith("src/") || other === own) return undefined;
  const may = [...rights.imports, ...(typesOnly ? (rights.types ?? []) : [])];
  if (!may.includes("*") && !may.includes(other)) return `src/${own} may not import src/${other}`;
  const isDoor =
    rights.insides === true ||
    other === "testing" ||
    /^src\/[^/]+\/(?:[^/]+\/index|index|main|ports)\.ts$/.test(target);
  return isDoor ? undefined : `reaches inside src/${other}: import its index.ts`;
}

function whyNotPackage(rights: Folder, { from, typesOnly }: Import): string | undefined {
  const isWorld = /^(node:|bun$|bun:)/.test(from);
  if (isWorld) return rights.world === true ? undefined : `is pure, may not import ${from}`;
  const isAllowed = rights.packages.some((name) => name === "*" || `${from}/`.startsWith(`${name}/`));
  return typesOnly || isAllowed
    ? undefined
    : `the package ${from} is not allowed here by tools/boundaries.json`;
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
