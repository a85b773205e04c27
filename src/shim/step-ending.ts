// SPDX-License-Identifier: Apache-2.0
import type { PluginEnding } from "../cni/index.ts";
import type { StepEnding } from "../protocol/index.ts";

/** How a plugin ended, in the protocol's words. */
export function stepEndingOf(ending: PluginEnding): StepEnding {
  if (ending.kind === "not-found") return anEnding("not-found");
  if (ending.kind === "not-runnable")
    return anEnding("not-runnable", { path: ending.path, errors: textBytes(ending.reason) });
  return anEnding(ending.kind === "cancelled" ? "stopped" : ending.kind, {
    number: numberOf(ending),
    microseconds: Math.round(ending.milliseconds * 1000),
    path: ending.path,
    output: textBytes(ending.stdout),
    errors: textBytes(ending.stderr),
  });
}

function numberOf(ending: PluginEnding): number {
  if (ending.kind === "exited") return ending.exitCode;
  if (ending.kind !== "signalled") return 0;
  const signals: Readonly<Record<string, number>> = process.getBuiltinModule("node:os").constants.signals;
  return signals[ending.signal] ?? 0;
}

const nothing = new Uint8Array(0);

/** An ending of that kind; what `fields` does not name is empty. */
export function anEnding(kind: StepEnding["kind"], fields: Partial<StepEnding> = {}): StepEnding {
  return { kind, number: 0, microseconds: 0, path: "", output: nothing, errors: nothing, ...fields };
}

/** A text as a field of bytes. */
export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
