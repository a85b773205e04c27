// SPDX-License-Identifier: Apache-2.0
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/** A text with the name that messages call it by. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** What is read of a folder; anything else in it, such as a README, is not ours. */
const extensions: readonly string[] = [".yaml", ".yml", ".json", ".conf", ".conflist"];

/**
 * Reads the files of `paths`: a file, a folder (its files of the known extensions, in the order of their
 * names, not those of folders inside), or `-` for standard input. A file that is named twice is read once.
 * Throws a CommandFailure for what is not there, not readable or no text.
 */
export async function readSources(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly SourceText[]> {
  const files = new Set(paths.flatMap(filesOf));
  return Promise.all(
    Array.from(files, async (file) =>
      file === "-"
        ? { name: "standard input", text: await readStdin() }
        : { name: file, text: readText(file) },
    ),
  );
}

function filesOf(path: string): readonly string[] {
  if (path === "-" || !isFolder(path)) return [path];
  const files = entriesOf(path)
    .filter((entry) => !entry.isDirectory() && extensions.includes(extname(entry.name)))
    .map(({ name }) => join(path, name))
    .toSorted();
  if (files.length > 0) return files;
  throw new CommandFailure(exitCodes.wrongInput, `reading "${path}": no file of this folder is one of ours`, {
    hint: `files of a folder must end in ${extensions.join(", ")}; folders inside it must be named by themselves`,
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const hint = "save it as UTF-8 text";
    throw new CommandFailure(exitCodes.wrongInput, `reading "${path}": it is not UTF-8 text`, {
      hint,
      cause,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "you may not read it",
  ENOTDIR: "a part of this path is a file, not a folder",
};

function unreadable(path: string, cause: unknown): CommandFailure {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommandFailure(exitCodes.wrongInput, `reading "${path}": ${reason}`, {
    hint: "name files or folders with -f, or - for standard input",
    cause,
  });
}
