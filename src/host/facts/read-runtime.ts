// SPDX-License-Identifier: Apache-2.0
import type { RuntimeFact } from "../../diagnosis/index.ts";
import { askRuntime, type RuntimeAnswer } from "./ask-runtime.ts";
import { CannotLook } from "./cannot-look.ts";
import { type FoundRuntime, findRuntime, type RuntimeHints } from "./find-runtime.ts";
import type { Machine } from "./machine.ts";
import { type RuntimeSettings, readContainerdConfig } from "./read-containerd-config.ts";
import { readCrioConfig } from "./read-crio-config.ts";

/**
 * The runtime and what it uses for CNI: what it says itself through CRI, on a live machine; else what its
 * files say. Where the two differ, it was not restarted since, and that is told. Throws a CannotLook when
 * neither can be had.
 */
export async function readRuntime(machine: Machine, hints: RuntimeHints): Promise<RuntimeFact> {
  const found = findRuntime(machine, hints);
  const answer = await tryAsk(machine, found);
  const settings = readSettings(machine, found, answer);
  const { name, socket } = found;
  if ("problem" in answer) {
    // Silence of a running machine is worth a word; a recorded one cannot speak.
    const conflicts = machine.live ? [...settings.conflicts, answer.problem] : settings.conflicts;
    return { name, socket, ...settings, conflicts };
  }
  return { name, socket, version: answer.version, ...mergeAnswer(settings, answer), status: answer.status };
}

type Asked = RuntimeAnswer | { readonly problem: string };

async function tryAsk(machine: Machine, { socket }: FoundRuntime): Promise<Asked> {
  if (!machine.live) return { problem: "it is a recorded machine" };
  try {
    const place = machine.placeOf(socket);
    if (place === undefined) return { problem: `the runtime cannot be asked: there is no "${socket}"` };
    return await askRuntime(socket, place);
  } catch (error) {
    if (error instanceof CannotLook) return { problem: error.message };
    throw error;
  }
}

function readSettings(machine: Machine, found: FoundRuntime, answer: Asked): RuntimeSettings {
  try {
    return found.name === "cri-o"
      ? readCrioConfig(machine, { main: found.config, folder: found.folder })
      : readContainerdConfig(machine, found.config);
  } catch (error) {
    const said = "problem" in answer ? undefined : wholeAnswer(answer, error);
    if (said === undefined) throw error;
    return said;
  }
}

/** A file that is broken or denied matters less when the runtime itself has told everything. */
function wholeAnswer({ confDir, binDirs }: RuntimeAnswer, error: unknown): RuntimeSettings | undefined {
  if (confDir === undefined || binDirs === undefined || !(error instanceof CannotLook)) return undefined;
  return {
    files: [],
    confDir: { value: confDir, from: "cri" },
    binDirs: { value: binDirs, from: "cri" },
    handlers: [],
    conflicts: [error.message],
  };
}

/** What the running runtime says wins over its files. */
export function mergeAnswer(settings: RuntimeSettings, answer: RuntimeAnswer): RuntimeSettings {
  const { confDir, binDirs, maxConfNum } = answer;
  const differ = [
    ...difference("the folder of configurations", settings.confDir, confDir),
    ...difference("the folders of plugins", settings.binDirs, binDirs),
  ];
  return {
    ...settings,
    ...(confDir === undefined ? {} : { confDir: { ...placeOf(settings.confDir, confDir), value: confDir } }),
    ...(binDirs === undefined ? {} : { binDirs: { ...placeOf(settings.binDirs, binDirs), value: binDirs } }),
    ...(maxConfNum === undefined ? {} : { maxConfNum: { value: maxConfNum, from: "cri" as const } }),
    conflicts: [...settings.conflicts, ...differ],
  };
}

interface Setting {
  readonly value: unknown;
  readonly from: string;
  readonly file?: string | undefined;
  readonly key?: string | undefined;
}

/** The file is told only where it says the same. */
function placeOf({ value, file, key }: Setting, said: unknown) {
  const from = { from: "cri" as const };
  return Bun.deepEquals(value, said) ? { ...from, file, key } : from;
}

function difference(what: string, { value, file }: Setting, said: unknown): readonly string[] {
  if (said === undefined || Bun.deepEquals(value, said)) return [];
  const place = file === undefined ? "its files give" : `"${file}" gives`;
  return [
    `for ${what} ${place} ${JSON.stringify(value)}, but the running runtime uses ${JSON.stringify(said)}: it was started before the file changed, or with another file`,
  ];
}
