// SPDX-License-Identifier: Apache-2.0
import { hostname } from "node:os";
import { parseListenAddress } from "../../agent/monitoring/listen-address.ts";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { type AgentConfig, parseAgentConfig } from "../../node-config/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { pluresVersion } from "../version.ts";
import { readConfigText } from "./read-config.ts";

/** The options of `plures agent` that change what it does. */
export interface AgentCommandOptions {
  readonly config: string | undefined;
  readonly nodeName: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly hostKubeconfig: string | undefined;
  readonly hostApiServer: string | undefined;
  readonly listen: string | undefined;
}

/** Runs the agent until a signal ends it; throws a CommandFailure where it cannot begin or go on. */
export async function startAgentCommand(options: AgentCommandOptions): Promise<ExitCode> {
  try {
    const { text, source } = readConfigText(options.config);
    const config = withOptions(parseAgentConfig(text, source), options);
    const { runAgent } = await import("../../agent/run-agent.ts");
    await runAgent({
      config,
      nodeName: nodeNameOf(options.nodeName, process.env),
      hostApiServer: readServer(options.hostApiServer),
      version: pluresVersion,
      env: process.env,
      signal: endSignal(),
    });
    return exitCodes.fine;
  } catch (error) {
    throw asCommandFailure(error);
  }
}

/** `--node-name`, then the downward API's NODE_NAME, then the host's name, which is what kubelets take. */
export function nodeNameOf(option: string | undefined, env: Readonly<Record<string, string | undefined>>) {
  return option || env.NODE_NAME || hostname().toLowerCase();
}

/** Options win over keys. Throws a CniError (code 7) for an option that cannot be. */
export function withOptions(config: AgentConfig, options: AgentCommandOptions): AgentConfig {
  const { kubeconfig, hostKubeconfig, listen } = options;
  if (hostKubeconfig !== undefined && !hostKubeconfig.startsWith("/")) {
    throw wrongOption(`--host-kubeconfig is ${JSON.stringify(hostKubeconfig)}`, "write an absolute path");
  }
  if (listen !== undefined && listen !== "off") parseListenAddress(listen, "--listen");
  return {
    ...config,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(hostKubeconfig === undefined ? {} : { hostKubeconfig }),
    ...(listen === undefined ? {} : { listen: listen === "off" ? undefined : listen }),
  };
}

function readServer(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  throw wrongOption(
    `--host-api-server is ${JSON.stringify(url)}`,
    "write it as https://HOST:PORT, an IPv6 address in brackets",
  );
}

function wrongOption(what: string, hint: string): CniError {
  return new CniError(cniErrorCodes.invalidNetworkConfig, what, { hint });
}

/** The first signal ends in order, a second one at once. */
function endSignal(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(exitCodes.internalError);
      ending.abort();
    });
  }
  return ending.signal;
}

const wrongInputCodes: readonly number[] = [
  cniErrorCodes.decodingFailure,
  cniErrorCodes.invalidNetworkConfig,
];

/** What cannot be read or meant is wrong input; a port, a folder or an API that is not to be had is not. */
function asCommandFailure(error: unknown): unknown {
  if (!(error instanceof CniError)) return error;
  const { message, hint, code } = error;
  const exitCode = wrongInputCodes.includes(code) ? exitCodes.wrongInput : exitCodes.couldNotLook;
  return new CommandFailure(exitCode, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}
