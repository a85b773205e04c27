// SPDX-License-Identifier: Apache-2.0
import { type MultusConfig, parseMultusConfig } from "../attachments/index.ts";
import { parseRequest } from "../cni/index.ts";
import { presenceBy, quietMsFor, type SweepReport, sweep } from "../verbs/index.ts";
import { connect } from "./connect.ts";

/** What a sweep goes by when there is no agent to tell. */
export interface LonelySweep {
  readonly searchDirs: readonly string[];
  /** Where the journal is; of the default configuration when undefined. */
  readonly cniDir: string | undefined;
  /** Comes when whoever started us ends us. */
  readonly signal: AbortSignal;
}

/**
 * Takes away what containers whose network namespace is gone have left in the journal; without an agent there
 * is no runtime to ask. Gives a text for people and the exit code: 0 when nothing is left, 3 otherwise.
 */
export async function sweepAlone({ searchDirs, cniDir, signal }: LonelySweep) {
  const config = configOf(searchDirs, cniDir);
  const stdin = JSON.stringify({ cniVersion: config.cniVersion, "cni.dev/valid-attachments": [] });
  const request = parseRequest({ CNI_COMMAND: "GC", CNI_PATH: searchDirs.join(":") }, stdin);
  const ports = connect({ config, request, signal });
  const startedAt = ports.now();
  const report = await sweep({
    ports,
    searchDirs,
    isGone: presenceBy({ listSandboxes: undefined, podNamespace: ports.podNamespace }),
    quietMs: quietMsFor(config),
    deadline: () => startedAt + config.deadlineSeconds * 1000 - ports.now(),
  });
  const isLeft = report.left.length + report.unreadable.length + report.postponed > 0;
  return { stdout: sweepText(report), exitCode: isLeft ? 3 : 0 };
}

/** The primary is not looked at: what was planned is in the journal. */
function configOf(searchDirs: readonly string[], cniDir: string | undefined): MultusConfig {
  const text = { cniVersion: "1.1.0", clusterNetwork: "unused", binDir: searchDirs[0], cniDir };
  return parseMultusConfig(JSON.stringify(text));
}

function sweepText({ swept, left, unreadable, postponed }: SweepReport): string {
  const lines = [
    ...swept.map(({ containerId, ifName }) => `taken away: ${containerId} ${ifName}`),
    ...left.map(({ container, reason }) => `left: ${container.containerId} ${container.ifName}: ${reason}`),
    ...unreadable.map((reason) => `left: ${reason}`),
    ...(postponed === 0 ? [] : [`left for the next time: ${postponed}`]),
  ];
  return lines.length === 0 ? "nothing to take away\n" : `${lines.join("\n")}\n`;
}
