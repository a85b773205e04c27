// SPDX-License-Identifier: Apache-2.0
import { cniErrorCodes } from "./errors.ts";
import { oneLine } from "./one-line.ts";
import {
  type EndingOf,
  lastLine,
  type PluginFailure,
  type PluginRunContext,
  sentenceLimit,
} from "./plugin-failure.ts";
import { howToGetPlugin } from "./plugin-packages.ts";

const signalHints: Readonly<Record<string, string>> = {
  SIGKILL: "often that is the kernel, out of memory (see: dmesg)",
  SIGTERM: "somebody asked it to end: was a service of this node stopped?",
  SIGILL: "the executable is for another processor: install the one for this node",
  SIGSYS: "a seccomp filter forbids what it does",
};

/** A plugin that a signal ended. */
export function failureOfSignal(ending: EndingOf<"signalled">): PluginFailure {
  const said = lastLine(ending.stderr);
  return {
    code: cniErrorCodes.internal,
    message: `it was ended by ${ending.signal}${said === "" ? "" : `: ${said}`}`,
    hint: signalHints[ending.signal] ?? `it crashed: check ${ending.path}, or install it again`,
  };
}

/** The words come from the host, or from the kernel where the host does not know. */
const reasonHints: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /built for|loader|cut off|is empty|neither a program|exec format|ENOEXEC/i,
    hint: "install the plugin for this node's processor and C library",
  },
  {
    pattern: /not executable|noexec|permission|EACCES/i,
    hint: "make it executable (chmod 755), on a file system without noexec",
  },
  { pattern: /\blink\b|ENOENT|no such file/i, hint: "install it again: what it leads to is not there" },
  { pattern: /script|interpreter|windows/i, hint: "install its interpreter, or another build of the plugin" },
];

/** A plugin that is there but cannot be started. */
export function failureToRun(ending: EndingOf<"not-runnable">, run: PluginRunContext): PluginFailure {
  return {
    code: codeOfAbsence(run),
    message: `${ending.path} cannot be run: ${oneLine(ending.reason, sentenceLimit)}`,
    hint: reasonHints.find(({ pattern }) => pattern.test(ending.reason))?.hint ?? howToGetPlugin(run.plugin),
  };
}

/** A plugin that is nowhere. */
export function failureToFind(ending: EndingOf<"not-found">, run: PluginRunContext): PluginFailure {
  return {
    code: codeOfAbsence(run),
    message: `no such plugin in ${ending.searched.join(", ") || "CNI_PATH, which is empty"}`,
    // What was attached is taken away as it was attached, whatever the configuration says by now.
    hint:
      run.verb === "DEL"
        ? `put "${run.plugin}" back: only it knows what it made`
        : howToGetPlugin(run.plugin),
  };
}

/** STATUS has a code of its own for a network that cannot take pods. */
function codeOfAbsence(run: PluginRunContext): number {
  return run.verb === "STATUS" ? cniErrorCodes.notAvailable : cniErrorCodes.ioFailure;
}
