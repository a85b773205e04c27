// SPDX-License-Identifier: Apache-2.0
import { importsOf } from "./imports.ts";
import type { RepoCheck, RepoFile } from "./repo.ts";

const start = "src/shim/main.ts";
const heavy = /^(commander|jsonc-parser|yaml|valibot|pino|prom-client|@grpc\/)/;

/**
 * What the CNI plugin loads before it does anything has none of the heavy packages; loading them later is
 * fine.
 */
export const checkStartPath: RepoCheck = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...loadedFrom(start, byPath)].flatMap((path) => {
    const file = byPath.get(path);
    const imports = file === undefined ? [] : staticImports(file);
    return imports
      .filter(({ from }) => heavy.test(from))
      .map(({ line, from }) => ({
        path,
        line,
        message: `puts ${from} on the plugin's start path: use import() or require()`,
      }));
  });
};

/** Every file that is loaded with `path`, itself included. */
function loadedFrom(
  path: string,
  byPath: ReadonlyMap<string, RepoFile>,
  seen = new Set<string>(),
): Set<string> {
  const file = byPath.get(path);
  if (file === undefined || seen.has(path)) return seen;
  seen.add(path);
  for (const { target } of staticImports(file)) if (target !== undefined) loadedFrom(target, byPath, seen);
  return seen;
}

function staticImports(file: RepoFile) {
  return importsOf(file).filter(({ typesOnly, lazy }) => !typesOnly && !lazy);
}
