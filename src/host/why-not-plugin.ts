// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, oneLine } from "../cni/index.ts";
import { whyNotRunnable } from "./why-not-runnable.ts";

const patienceMs = 20_000;

/**
 * Why `path` is no CNI plugin that works on this machine, as words that follow "because"; undefined when it
 * answers VERSION (CNI specification 1.1.0, section 4). Runs it.
 */
export function whyNotPlugin(path: string): string | undefined {
  const request = { CNI_COMMAND: "VERSION", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  try {
    const { exitCode, signalCode, stdout, stderr } = Bun.spawnSync([path], {
      env: request,
      stdin: Buffer.from('{"cniVersion":"1.1.0"}'),
      stdout: "pipe",
      stderr: "pipe",
      timeout: patienceMs,
    });
    if (exitCode === 0 && namesVersions(stdout.toString())) return undefined;
    const said = oneLine(`${stdout}${stderr}`, 200);
    const ending = signalCode === undefined ? `exit code ${exitCode}` : `signal ${signalCode}`;
    return `asked for its VERSION it ended with ${ending}${said === "" ? "" : ` and "${said}"`}`;
  } catch (error) {
    return whyNotRunnable(path, "deep") ?? (error instanceof Error ? error.message : String(error));
  }
}

function namesVersions(answer: string): boolean {
  try {
    const read: unknown = JSON.parse(answer);
    return isJsonObject(read) && Array.isArray(read.supportedVersions);
  } catch {
    return false;
  }
}
