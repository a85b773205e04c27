// SPDX-License-Identifier: Apache-2.0
import { version } from "../../package.json" with { type: "json" };
import type { AgentOutcome, AgentQuestion } from "./ask-agent.ts";
import type { CniStart } from "./cni-arguments.ts";
import { shimSettings, whyNoAgent } from "./find-agent.ts";
import { pluginFolders, pluginFoldersFile } from "./plugin-folders.ts";

/** Who asks, besides what is asked. */
export interface Asker {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which the executable lies. */
  readonly ownDir: string;
  /** Comes when whoever started us ends us. */
  readonly cancelled: AbortSignal;
}

/** Asks the node's agent to answer the runtime's request, if there is an agent. Never rejects. */
export async function askAboutRequest(stdin: string, asker: Asker): Promise<AgentOutcome> {
  const { environment } = asker;
  const { CNI_COMMAND: verb = "VERSION" } = environment;
  // Which versions we speak, nobody knows better than we do.
  if (verb === "VERSION") return { kind: "unasked", reason: "it is asked about networks only" };
  const { socketDir, patienceMs } = shimSettings(stdin);
  const opening = {
    kind: "request",
    patienceMs,
    environment: Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith("CNI_") && value !== undefined ? [`${name}=${value}`] : [],
    ),
    stdin: Buffer.from(stdin),
  } as const;
  return askAgentIn(socketDir, { opening, ...lentBy(asker) });
}

/** An hour: nobody's pod waits for a sweep. */
const sweepPatienceMs = 3_600_000;

/** Asks the node's agent to sweep with the host's hands, if there is an agent. Never rejects. */
export async function askForSweep(
  { socketDir, searchDirs }: Pick<Extract<CniStart, { kind: "sweep" }>, "socketDir" | "searchDirs">,
  asker: Asker,
): Promise<AgentOutcome> {
  const opening = { kind: "sweep", patienceMs: sweepPatienceMs, searchDirs } as const;
  const lent = lentBy(asker);
  return askAgentIn(socketDir, { opening, ...lent, searchDirs: [...searchDirs, ...lent.searchDirs] });
}

function lentBy({ environment: { CNI_PATH: cniPath = "" }, ownDir, cancelled }: Asker) {
  const searchDirs = pluginFolders({ cniPath, ownDir });
  return { searchDirs, foldersFile: `${ownDir}/${pluginFoldersFile}`, cancelled };
}

/** What a question is made of is loaded only where there is an agent: most of a start is loading. */
async function askAgentIn(
  socketDir: string,
  question: Omit<AgentQuestion, "socketDir" | "software">,
): Promise<AgentOutcome> {
  const reason = whyNoAgent(socketDir);
  if (reason !== undefined) return { kind: "unasked", reason };
  const { askAgent } = await import("./ask-agent.ts");
  return askAgent({ socketDir, software: `plures ${version}`, ...question });
}
