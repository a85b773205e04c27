// SPDX-License-Identifier: Apache-2.0

export type OutputFormat = "text" | "json";

/** Where a command says things. Standard output gets the answer and nothing else. */
export interface Output {
  readonly format: OutputFormat;
  /** Whether text may carry colours. */
  readonly colour: boolean;
  /** The answer as text; ignored when the format is JSON. */
  text(answer: string): void;
  /** The answer as one JSON document; ignored when the format is text. */
  json(answer: unknown): void;
  /** One line on standard error, once the command has run for a second; before that nobody needs to know. */
  progress(line: string): void;
  /** One line on standard error, at once. */
  note(line: string): void;
}

/** The outside world of an `Output`. */
export interface OutputWorld {
  readonly format: OutputFormat;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, only differences matter. */
  readonly now: () => number;
}

const quietMs = 1000;

/** Whether to use colours: on a terminal that can, unless NO_COLOR (no-color.org) has any text. */
export function wantsColour({ isTerminal, environment }: Pick<OutputWorld, "isTerminal" | "environment">) {
  return isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
}

/** An `Output` that writes through `world`. */
export function createOutput(world: OutputWorld): Output {
  const startedAt = world.now();
  return {
    format: world.format,
    colour: world.format === "text" && wantsColour(world),
    text: (answer) => {
      if (world.format === "text") world.writeOut(withNewline(answer));
    },
    json: (answer) => {
      if (world.format === "json") world.writeOut(withNewline(JSON.stringify(answer, null, 2)));
    },
    progress: (line) => {
      if (world.now() - startedAt >= quietMs) world.writeError(withNewline(line));
    },
    note: (line) => world.writeError(withNewline(line)),
  };
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
