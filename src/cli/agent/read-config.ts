// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/** A configuration of the agent, and how sentences call it. */
export interface ConfigText {
  readonly text: string;
  readonly source: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

/** The file's text; an empty object where none is named. Throws a CommandFailure (exit code 2). */
export function readConfigText(file: string | undefined): ConfigText {
  if (file === undefined) return { text: "{}", source: "the agent's configuration" };
  try {
    return { text: readFileSync(file, "utf8"), source: file };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CommandFailure(
      exitCodes.wrongInput,
      `cannot read the agent's configuration ${JSON.stringify(file)}: ${reasons[code] ?? code}`,
      { hint: "name a JSON file with --config; {} is one with all defaults", cause: error },
    );
  }
}
