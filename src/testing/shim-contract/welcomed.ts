// SPDX-License-Identifier: Apache-2.0
import { expect } from "bun:test";
import type { AgentLine } from "./agent-line.ts";
import type { ShimStage } from "./stage.ts";

/** A shim in the middle of a request, and the end of that. */
export async function welcomed(
  it: ShimStage,
  verb: "ADD" | "DEL" = "ADD",
): Promise<{ readonly line: AgentLine; readonly pid: number; readonly done: () => Promise<void> }> {
  const shim = it.start({ verb });
  const line = await it.agent.accept();
  line.welcome();
  const done = async (): Promise<void> => {
    line.answer("{}");
    expect(await shim.ended).toMatchObject({ stdout: "{}", exitCode: 0 });
  };
  return { line, pid: shim.pid, done };
}

/** Bytes of a field as text. */
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
