// SPDX-License-Identifier: Apache-2.0
import { breakLine } from "./text-table.ts";

/** What a report may be wide. */
export const width = 100;

type Paint = (text: string) => string;

/** Colours, or none. */
export interface Palette {
  readonly good: Paint;
  readonly bad: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

const sequence = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const colours: Palette = { good: sequence(32), bad: sequence(31), faint: sequence(2), strong: sequence(1) };
const plain: Palette = { good: String, bad: String, faint: String, strong: String };

/** Colours for a terminal that has them. */
export function paletteFor({ colour }: { readonly colour: boolean }): Palette {
  return colour ? colours : plain;
}

/** A failure, in as many lines as it needs. */
export function failureLines(message: string, { bad }: Palette): readonly string[] {
  return breakLine(`  ${message}`, width, { indent: "  " }).map(bad);
}
