// SPDX-License-Identifier: Apache-2.0
import { type Recording, recordedKinds } from "../../cluster/facts/index.ts";
import { isJsonObject } from "../../cni/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import { readObjects } from "../try/source-document.ts";
import { readSources, type SourceText } from "../try/source-files.ts";
import { noRecordings } from "./no-recordings.ts";

type Json = Readonly<Record<string, unknown>>;

/** One document of a file: how a sentence names it, and what it says. */
interface Document {
  readonly place: string;
  readonly value: unknown;
}

interface Collected {
  readonly objects: Json[];
  readonly listedKinds: Set<string>;
  version: Json | undefined;
  apiGroups: readonly string[] | undefined;
}

const wayOut = "name files with --cluster that `kubectl get KIND -A -o json` or `kubectl get --raw` printed";

/**
 * Reads the files of `--cluster`: objects and lists of them, as `kubectl get -o json` (or yaml) and `kubectl
 * get --raw` print them, several documents in a file as well, `-` for standard input. Throws a CommandFailure
 * (exit code 2) that names the file and the field.
 */
export async function readRecording(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<Recording> {
  const texts = await readSources(paths, readStdin).catch((error) => Promise.reject(withOwnHint(error)));
  return recordingOf(texts);
}

/** The same for texts that are read. */
export function recordingOf(texts: readonly SourceText[]): Recording {
  const collected: Collected = {
    objects: [],
    listedKinds: new Set(),
    version: undefined,
    apiGroups: undefined,
  };
  for (const text of texts) {
    const documents = documentsOf(text);
    if (documents.length === 0) throw wrong(text.name, "is empty");
    for (const document of documents) collect(document, collected);
  }
  return { source: texts.map(({ name }) => name).join(", "), ...collected };
}

// JSON first: files of a cluster are large, and its parser is a hundred times as fast as the one of YAML.
function documentsOf(text: SourceText): readonly Document[] {
  const parts = text.text.split(/^---[ \t]*$/m).filter((part) => part.trim() !== "");
  const name = (index: number) => (parts.length === 1 ? text.name : `${text.name}: document ${index + 1}`);
  try {
    return parts.map((part, index) => ({ place: name(index), value: JSON.parse(part) }));
  } catch {
    return readObjects(text).map((object) => ({ place: object.placeOf([]), value: object.value }));
  }
}

function collect({ place, value }: Document, into: Collected): void {
  if (!isJsonObject(value)) throw wrong(place, "is no Kubernetes object");
  const refusal = noRecordings.find((row) => row.fits(value));
  if (refusal !== undefined) throw wrong(place, refusal.problem(value), refusal.hint);
  const version = versionOf(value);
  if (version !== undefined) {
    into.version = version;
    return;
  }
  if (value.kind === "APIGroupList") into.apiGroups = groupsOf(value, place);
  else if (isList(value)) collectList({ place, value }, into);
  else collectObject(value, { place, into });
}

function collectObject(
  object: Json,
  { place, into }: { readonly place: string; readonly into: Collected },
): void {
  const { kind } = checked(object, place);
  if (recordedKinds.has(String(kind))) into.objects.push(object);
}

function groupsOf({ groups }: Json, place: string): readonly string[] {
  const isGroup = (group: unknown): group is { readonly name: string } =>
    isJsonObject(group) && typeof group.name === "string";
  if (!Array.isArray(groups) || !groups.every(isGroup)) {
    throw wrong(place, "groups must be a list of API groups with a name each");
  }
  return groups.map(({ name }) => name);
}

function collectList({ place, value }: Document & { readonly value: Json }, into: Collected): void {
  const { items } = value;
  if (!Array.isArray(items)) throw wrong(place, "items must be a list of objects");
  // Items of a list as the API server gives it have no kind of their own: the list has it.
  const kind = String(value.kind).replace(/List$/, "");
  const own = kind === "" ? {} : { kind, apiVersion: value.apiVersion };
  if (kind !== "") into.listedKinds.add(kind);
  items.forEach((item: unknown, index) => {
    const at = `${place}: items[${index}]`;
    if (!isJsonObject(item)) throw wrong(at, "is no Kubernetes object");
    collectObject({ ...own, ...item }, { place: at, into });
  });
}

function checked(object: Json, place: string): Json {
  for (const key of ["apiVersion", "kind"]) {
    const value = object[key];
    if (typeof value !== "string" || value === "") throw wrong(place, `${key} must be a text`);
  }
  const { metadata } = object;
  if (!isJsonObject(metadata) || typeof metadata.name !== "string" || metadata.name === "") {
    throw wrong(place, "metadata.name must be a text");
  }
  return object;
}

function isList({ kind }: Json): boolean {
  return typeof kind === "string" && kind.endsWith("List");
}

/** The server's part of `kubectl version -o json`, or what /version answers. */
function versionOf(value: Json): Json | undefined {
  if (value.kind !== undefined) return undefined;
  if (isJsonObject(value.serverVersion)) return value.serverVersion;
  return typeof value.gitVersion === "string" && value.major !== undefined ? value : undefined;
}

function wrong(place: string, problem: string, hint: string = wayOut): CommandFailure {
  return new CommandFailure(exitCodes.wrongInput, `${place}: ${problem}`, { hint });
}

function withOwnHint(error: unknown): unknown {
  if (!(error instanceof CommandFailure) || error.hint === undefined) return error;
  const hint = error.hint.startsWith("name files or folders with -f") ? wayOut : error.hint;
  return new CommandFailure(error.exitCode, error.message, { hint, cause: error });
}
