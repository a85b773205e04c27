// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, isJsonObject, tryParseJsonObject } from "../cni/index.ts";
import type { ExecPlugin } from "./kubeconfig-exec.ts";

/** What an exec plugin answered: a token, or a certificate with its key, or both. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  readonly expires: Date | undefined;
}

/** The surroundings of a run. */
export interface ExecOptions {
  /** `user "multus" exec`, for sentences. */
  readonly title: string;
  /** The cluster as `spec.cluster` of the ExecCredential shows it, for plugins that ask for it. */
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/**
 * Runs a credential plugin (client.authentication.k8s.io/v1, v1beta1) and reads its ExecCredential. Throws a
 * CniError (code 11) that names the command, never what it printed.
 */
export async function runExecPlugin(plugin: ExecPlugin, options: ExecOptions): Promise<ExecCredential> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: options.cluster } : {}) },
  };
  const env = { ...options.env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const { stdout, code } = await run(plugin, options, env);
  if (code !== 0) throw failed(plugin, options, `it ended with ${code}`);
  const answer = tryParseJsonObject(stdout);
  if (answer?.apiVersion !== plugin.apiVersion || answer.kind !== "ExecCredential") {
    throw failed(plugin, options, `it printed no ExecCredential of ${plugin.apiVersion}`);
  }
  const credential = readStatus(answer.status);
  if (credential.token !== undefined || credential.certificate !== undefined) return credential;
  throw failed(plugin, options, "its ExecCredential has neither a token nor a certificate with key");
}

/** client-go has no limit; a pod's start does. */
const longestRunMs = 30_000;

async function run(plugin: ExecPlugin, options: ExecOptions, env: Record<string, string | undefined>) {
  const timeout = Math.max(1, Math.min(longestRunMs, options.timeoutMs));
  try {
    const child = Bun.spawn([plugin.command, ...plugin.args], {
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout,
      killSignal: "SIGKILL",
    });
    const printed = child.stdout.text();
    const code = await child.exited;
    // A process that it left behind may keep the pipe open for ever.
    const stdout = code === 0 ? await Promise.race([printed, emptyAfter(timeout)]) : "";
    return { stdout, code: child.signalCode ?? code };
  } catch (error) {
    throw failed(plugin, options, "it cannot be started", error);
  }
}

function emptyAfter(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, "").unref());
}

function readStatus(status: unknown): ExecCredential {
  const fields = isJsonObject(status) ? status : {};
  const text = (key: string): string | undefined => {
    const value = fields[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [cert, key] = [text("clientCertificateData"), text("clientKeyData")];
  const expires = new Date(text("expirationTimestamp") ?? Number.NaN);
  return {
    token: text("token"),
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    expires: Number.isNaN(expires.getTime()) ? undefined : expires,
  };
}

function failed(plugin: ExecPlugin, options: ExecOptions, what: string, cause?: unknown): CniError {
  const command = JSON.stringify(plugin.command);
  const message = `cannot get a credential from ${options.title} command ${command}: ${what}`;
  const hint = plugin.installHint ?? "run it by hand on this host, as this user, to see what it says";
  return new CniError(cniErrorCodes.tryAgainLater, message, { hint, cause });
}
