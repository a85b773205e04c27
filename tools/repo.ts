// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";

/** A file of the repository, its path from the top. */
export interface RepoFile {
  readonly path: string;
  readonly text: string;
}

/** Something that must not be; a warning is said but fails nothing. */
export interface Problem {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  readonly level?: "warning";
}

/** A check is a pure function of the files, so that its test can give it any repository. */
export type RepoCheck = (files: readonly RepoFile[]) => readonly Problem[];

const textual =
  /\.(ts|md|json|jsonc|toml|ya?ml|sh|c|conf|conflist)$|(^|\/)(Makefile|run|LICENSE|\.gitignore)$/;

/** Every text file that git tracks or would track. */
export function readRepo(): readonly RepoFile[] {
  const listed = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (listed.exitCode !== 0) throw new Error(`listing the files with git: ${listed.stderr}`);
  const paths = listed.stdout.toString().split("\0");
  return paths
    .filter((path) => textual.test(path) && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** The lines of a file with their numbers. */
export function numberedLines({
  text,
}: RepoFile): readonly { readonly line: number; readonly text: string }[] {
  return text.split("\n").map((lineText, index) => ({ line: index + 1, text: lineText }));
}

/** Source text whose comments and string contents are blanked, lines kept. */
export function codeOnly(text: string): string {
  const noise = /\/\*[\s\S]*?\*\/|\/\/.*$|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/gm;
  return text.replaceAll(noise, (match) => match.replaceAll(/[^\n]/g, " "));
}

/** Whether data that a test reads, not code. */
export function isFixture(path: string): boolean {
  return path.includes("/fixtures/");
}
