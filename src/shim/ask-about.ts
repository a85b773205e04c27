// SPDX-License-Identifier: Apache-2.0
import { version } from "../../package.json" with { type: "json" };
import type { AgentOutcome, AgentQuestion } from "./ask-agent.ts";
import type { CniStart } from "./cni-arguments.ts";
import { shimSettings, whyNoAgent } from "./find-agent.ts";

/** Asks the node's agent to answer the runtime's request, if there is an agent. Never rejects. */
export async function askAboutRequest(
  environment: Readonly<Record<string, string | undefined>>,
  stdin: string,
  cancelled: AbortSignal,
): Promise<AgentOutcome> {
  const { CNI_COMMAND: verb = "VERSION", CNI_PATH: cniPath = "" } = environment;
  // Which versions we speak, nobody knows better than we do.
  if (verb === "VERSION") return { kind: "unasked", reason: "it is asked about networks only" };
  const { socketDir, searchDirs, patienceMs } = shimSettings(stdin, cniPath);
  return askAgentIn(socketDir, {
    opening: {
      kind: "request",
      patienceMs,
      environment: Object.entries(environment).flatMap(([name, value]) =>
        name.startsWith("CNI_") && value !== undefined ? [`${name}=${value}`] : [],
      ),
      stdin: Buffer.from(stdin),
    },
    searchDirs,
    cancelled,
  });
}

/** An hour: nobody's pod waits for a sweep. */
const sweepPatienceMs = 3_600_000;

/** Asks the node's agent to sweep with the host's hands, if there is an agent. Never rejects. */
export async function askForSweep(
  { socketDir, searchDirs }: Pick<Extract<CniStart, { kind: "sweep" }>, "socketDir" | "searchDirs">,
  cancelled: AbortSignal,
): Promise<AgentOutcome> {
  const opening = { kind: "sweep", patienceMs: sweepPatienceMs, searchDirs } as const;
  return askAgentIn(socketDir, { opening, searchDirs, cancelled });
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
