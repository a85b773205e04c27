// SPDX-License-Identifier: Apache-2.0
import { isOwnType } from "../../attachments/index.ts";
import { isJsonObject, tryParseJsonObject } from "../../cni/index.ts";
import type { ConfFolderFact, MultusConfigFact } from "../../diagnosis/index.ts";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { textsOf } from "./parse-toml.ts";
import { tellFile } from "./tell-file.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Under a folder of configurations; upstream's thick daemon may keep its own there. */
const daemonFile = "multus.d/daemon-config.json";

/**
 * The configurations of Multus, or of Plures under its name, in these folders, and of Multus' daemon: their
 * plain keys, without any that could hold a secret.
 */
export function readMultusConfigs(
  machine: Machine,
  folders: readonly ConfFolderFact[],
): readonly MultusConfigFact[] {
  const plugins = folders.flatMap(({ files }) => files.filter(isOfMultus).map(({ path }) => path));
  const daemons = folders
    .map(({ path }) => `${withoutTrailingSlash(path)}/${daemonFile}`)
    .filter((path) => machine.look(path) !== undefined);
  return [
    ...plugins.map((path) => readConfig(machine, path, "plugin")),
    ...daemons.map((path) => readConfig(machine, path, "daemon")),
  ];
}

function isOfMultus({ name, content, kind }: ConfFolderFact["files"][number]): boolean {
  const namesIt = content?.kind === "known" && content.value.isMultus;
  // A broken or locked file is told by its name.
  return namesIt || (/^00-multus\.conf(list)?$/.test(name) && kind !== "folder");
}

function readConfig(machine: Machine, path: string, role: MultusConfigFact["role"]): MultusConfigFact {
  const base = { ...tellFile(path, machine.look(path)), role };
  const read = tryRead(machine, path);
  if (typeof read === "string") return { ...base, settings: {}, delegates: [], problem: read };
  const own = ownPart(read);
  return {
    ...base,
    type: typeof own.type === "string" ? own.type : undefined,
    settings: plainSettings(own === read ? read : { ...read, ...own }),
    delegates: (Array.isArray(own.delegates) ? own.delegates : []).flatMap(firstType),
  };
}

function tryRead(machine: Machine, path: string): JsonObject | string {
  try {
    const text = machine.readText(path);
    if (text === undefined) return `there is no "${path}"`;
    return tryParseJsonObject(text) ?? `"${path}" is no JSON object`;
  } catch (error) {
    return whyNot(`"${path}"`, error);
  }
}

/** In a list, the plugin that is Multus. */
function ownPart(config: JsonObject): JsonObject {
  const plugins = Array.isArray(config.plugins) ? config.plugins.filter(isJsonObject) : [];
  return plugins.find(({ type }) => isOwnType(type)) ?? config;
}

function firstType(delegate: unknown): readonly string[] {
  if (!isJsonObject(delegate)) return [];
  const [first] = Array.isArray(delegate.plugins) ? delegate.plugins : [delegate];
  return isJsonObject(first) && typeof first.type === "string" ? [first.type] : [];
}

const secretKey = /token|password|secret|key$|certificate-data/i;

function plainSettings(config: JsonObject): MultusConfigFact["settings"] {
  const plain = Object.entries(config).flatMap(([key, value]) => {
    if (secretKey.test(key)) return [];
    const told = plainValue(value);
    return told === undefined ? [] : [[key, told] as const];
  });
  return Object.fromEntries(plain);
}

function plainValue(value: unknown): MultusConfigFact["settings"][string] | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return textsOf(value);
}
