// SPDX-License-Identifier: Apache-2.0
import type { RepoFile } from "./repo.ts";

/** One import of a module. */
export interface Import {
  readonly line: number;
  /** As written; of a relative one `target` is the path from the top. */
  readonly from: string;
  readonly target: string | undefined;
  readonly typesOnly: boolean;
  /** `import(...)`: loaded when it is called. */
  readonly lazy: boolean;
}

/** Every import and re-export of a source file. */
export function importsOf({ path, text }: RepoFile): readonly Import[] {
  const statement =
    /^(?:import|export)\s+(?:(?<names>[\w$*\s{},]+?)\s+from\s+)?"(?<static>[^"]+)"|\bimport\("(?<lazy>[^"]+)"\)/gm;
  return [...text.matchAll(statement)].map(({ index, groups }) => {
    const from = groups?.static ?? groups?.lazy ?? "";
    return {
      line: text.slice(0, index).split("\n").length,
      from,
      target: from.startsWith(".") ? new URL(from, `file:///${path}`).pathname.slice(1) : undefined,
      typesOnly: isTypesOnly(groups?.names ?? ""),
      lazy: groups?.lazy !== undefined,
    };
  });
}

/** `type {...}`, or braces in which every name has its own `type`. */
function isTypesOnly(names: string): boolean {
  const inBraces = names.match(/\{([^}]*)\}/)?.[1]?.split(",") ?? [];
  const words = inBraces.map((name) => name.trim()).filter(Boolean);
  return /^\s*type\b/.test(names) || (words.length > 0 && words.every((name) => name.startsWith("type ")));
}
