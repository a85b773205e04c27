// SPDX-License-Identifier: Apache-2.0
import { type AgentConfigRemark, checkAgentConfig } from "../../node-config/index.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { readConfigText } from "./read-config.ts";

/** Tells all that is to be said about a configuration of the agent: exit code 0, or 3 with a problem. */
export function checkConfig({ config }: { readonly config: string | undefined }, output: Output): ExitCode {
  const { text, source } = readConfigText(config);
  const { problems, notes } = checkAgentConfig(text, source);
  const verdict = problems.length === 0 ? "ok" : "failed";
  output.json({ schemaVersion: 1, verdict, problems, notes });
  output.text([...problems.map(asProblem), ...notes.map(asNote), summary(source, problems)].join("\n"));
  return problems.length === 0 ? exitCodes.fine : exitCodes.failureFound;
}

function asProblem({ message, hint }: AgentConfigRemark): string {
  return `problem: ${message}${asHint(hint)}`;
}

function asNote({ message, hint }: AgentConfigRemark): string {
  return `note: ${message}${asHint(hint)}`;
}

function asHint(hint: string | undefined): string {
  return hint === undefined ? "" : `\n    hint: ${hint}`;
}

function summary(source: string, problems: readonly unknown[]): string {
  if (problems.length === 0) return `${source} is fine`;
  return `${source} has ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`;
}
