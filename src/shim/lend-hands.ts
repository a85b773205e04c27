// SPDX-License-Identifier: Apache-2.0
import { pluginTypeProblem } from "../cni/index.ts";
import { carryNetlink } from "../host/carry-netlink.ts";
import { findPlugin } from "../host/plugin-lookup.ts";
import { identifyExecutable } from "../host/plugin-versions.ts";
import { createPluginRunner } from "../host/run-plugin.ts";
import { type AgentMessage, limits, type RunStep, type StepEnding } from "../protocol/index.ts";
import { startedByUs } from "./nested-start.ts";
import { whyNotCarried } from "./netlink-rules.ts";
import { anEnding, stepEndingOf, textBytes } from "./step-ending.ts";

/** What an agent may ask of the host. */
export type Step = Extract<AgentMessage, { kind: "run" | "look" | "netlink" }>;

/** Whose hands are lent, and who hears what they did. */
export interface HandsOptions {
  /** The only folders in which plugins are looked up. */
  readonly searchDirs: readonly string[];
  /** The file that would open further ones. */
  readonly foldersFile: string;
  readonly ended: (id: number, ending: StepEnding) => void;
}

/** The hands that the host lends to the agent, for one request. */
export interface Hands {
  /** Begins a step; its end is told to `ended`, at once or later. */
  take(step: Step): void;
  /** Ends the run with that id; says nothing when there is none. */
  stop(id: number): void;
  /** Ends all that runs; nothing is told and nothing begins any more. Resolves when nothing runs. */
  letGo(): Promise<void>;
}

/** Lends the host's hands within the rules of docs/protocol.md, "What is refused". */
export function lendHands(options: HandsOptions): Hands {
  const running = new Map<number, { readonly stop: AbortController; readonly over: Promise<void> }>();
  let holding = true;
  const end = (id: number, ending: StepEnding): void => {
    running.delete(id);
    if (holding) options.ended(id, ending);
  };
  const begin = ({ id, run }: Extract<Step, { kind: "run" }>): void => {
    const stop = new AbortController();
    const over = runPlugin(run, stop.signal).then((ending) => end(id, ending));
    running.set(id, { stop, over });
  };
  const take = (step: Step): void => {
    if (!holding) return;
    const reason = running.size >= limits.steps ? tooManySteps : whyRefused(step, options);
    if (reason !== undefined) end(step.id, anEnding("refused", { errors: textBytes(reason) }));
    else if (step.kind === "run") begin(step);
    else end(step.id, step.kind === "look" ? look(step) : carry(step));
  };
  const letGo = async (): Promise<void> => {
    holding = false;
    for (const { stop } of running.values()) stop.abort();
    await Promise.all([...running.values()].map(({ over }) => over));
  };
  return { take, stop: (id) => running.get(id)?.stop.abort(), letGo };
}

const tooManySteps = `${limits.steps} steps are under way already`;

type OpenFolders = Pick<HandsOptions, "searchDirs" | "foldersFile">;

function whyRefused(step: Step, open: OpenFolders): string | undefined {
  if (step.kind === "netlink") return whyNotEntered(step);
  const environment = step.kind === "run" ? step.run.environment : [];
  const { plugin, searchDirs } = step.kind === "run" ? step.run : step;
  const badName = pluginTypeProblem(plugin);
  if (badName !== undefined) return `the plugin's name "${plugin}" is no file name: ${badName}`;
  const foreign = environment.find((variable) => !/^CNI_\w*=/.test(variable));
  // What follows "=" may be a secret.
  if (foreign !== undefined) return `the variable "${foreign.split("=")[0]}" is none of CNI's`;
  // Plugins start others from there.
  const handedOn = environment.map(splitVariable).flatMap(([name, value]) =>
    // Go takes an empty folder among others for where the plugin stands.
    name === "CNI_PATH" && value !== "" ? value.split(":") : [],
  );
  return whyNoPluginFolders([...searchDirs, ...handedOn], open);
}

function whyNoPluginFolders(
  asked: readonly string[],
  { searchDirs, foldersFile }: OpenFolders,
): string | undefined {
  const foreign = asked.find((dir) => !searchDirs.includes(dir));
  if (foreign === undefined) return undefined;
  const wayOut = `add it to the runtime's plugin folders, or to ${foldersFile}`;
  return `"${foreign}" is no plugin folder of this host: ${wayOut}`;
}

function whyNotEntered({ netns, message }: Extract<Step, { kind: "netlink" }>): string | undefined {
  if (!netns.startsWith("/")) return `"${netns}" is no whole path`;
  const problem = message.length === 0 ? undefined : whyNotCarried(message);
  return problem && `a netlink message is not carried: ${problem}`;
}

async function runPlugin(step: RunStep, signal: AbortSignal): Promise<StepEnding> {
  const runner = createPluginRunner({
    deadline: () => step.timeoutMs,
    signal,
    maxOutputBytes: limits.outputBytes,
    graceMs: limits.graceMs,
  });
  const ending = await runner.run({
    // Only its deadline depends on the verb, and that is told.
    verb: "ADD",
    plugin: step.plugin,
    searchDirs: step.searchDirs,
    environment: { ...Object.fromEntries(step.environment.map(splitVariable)), ...startedByUs },
    stdin: Buffer.from(step.stdin).toString("utf8"),
  });
  return stepEndingOf(ending);
}

function splitVariable(variable: string): readonly [string, string] {
  const at = variable.indexOf("=");
  return [variable.slice(0, at), variable.slice(at + 1)];
}

function look({ plugin, searchDirs }: Extract<Step, { kind: "look" }>): StepEnding {
  const found = findPlugin(plugin, searchDirs);
  if (found.kind !== "found") return stepEndingOf(found);
  const executable = identifyExecutable(found.path);
  return executable === undefined
    ? anEnding("not-found")
    : anEnding("found", { path: found.path, output: textBytes(executable.fingerprint) });
}

function carry({ netns, message }: Extract<Step, { kind: "netlink" }>): StepEnding {
  const carried = carryNetlink(netns, message);
  switch (carried.kind) {
    case "answered":
      return anEnding(carried.kind, { output: carried.datagrams });
    case "no-namespace":
      return anEnding(carried.kind);
    case "refused":
      return anEnding(carried.kind, { errors: textBytes(carried.reason) });
    case "failed":
      return anEnding(carried.kind, { number: carried.errno });
  }
}
