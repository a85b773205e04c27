// SPDX-License-Identifier: Apache-2.0
import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments, type YAMLError } from "yaml";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { SourceText } from "./source-files.ts";

/** Keys and indexes from the top of a document to one of its values. */
export type ValuePath = readonly (string | number)[];

/** One object of the files, wherever it was: a YAML document, a JSON file, an item of a `kind: List`. */
export interface SourceObject {
  /** Of its file. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** The characters of the object as they were written. */
  readonly text: string;
  /** `file.yaml:12`, for the value at `path` or the nearest thing around it that is there. */
  placeOf(path: ValuePath): string;
  /**
   * The failure (exit code 2) that says what is wrong with the value at `path`: `file.yaml:12: document 2:
   * spec.config ...`.
   */
  failure(path: ValuePath, problem: string, hint?: string): CommandFailure;
}

/**
 * The objects of a text, in order. YAML of several documents, JSON (which YAML reads as well), and lists of
 * objects (`kind: List`, what `kubectl get -o yaml` prints). Throws a CommandFailure with file, line and
 * column for what cannot be parsed.
 */
export function readObjects({ name, text }: SourceText): readonly SourceObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents)) return []; // an empty stream
  return documents.flatMap((document, index) => {
    const [error] = document.errors;
    if (error !== undefined) throw notYaml(error, { name, lines, number: index + 1 });
    if (isEmpty(document)) return [];
    return itemsOf({ document, name, text, lines, number: index + 1 });
  });
}

/** Nothing but comments between two separators. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

interface OpenDocument {
  readonly document: Document.Parsed;
  readonly name: string;
  readonly text: string;
  readonly lines: LineCounter;
  /** From 1. */
  readonly number: number;
}

function itemsOf(open: OpenDocument): readonly SourceObject[] {
  const whole = objectAt(open, []);
  const { kind, items } = whole.value;
  if (typeof kind !== "string" || !kind.endsWith("List") || items === undefined) return [whole];
  if (!Array.isArray(items)) throw whole.failure(["items"], "must be a list of objects");
  return items.map((_, index) => objectAt(open, ["items", index]));
}

function objectAt(open: OpenDocument, base: ValuePath): SourceObject {
  const { document, text } = open;
  const node = base.length === 0 ? document.contents : document.getIn(base, true);
  const placeOf = (path: ValuePath): string => placeIn(open, [...base, ...path]);
  const failure = (path: ValuePath, problem: string, hint?: string): CommandFailure => {
    const field = formatPath([...base, ...path]);
    const sentence = `${placeOf(path)}: document ${open.number}: ${field === "" ? "it" : field} ${problem}`;
    return new CommandFailure(exitCodes.wrongInput, sentence, hint === undefined ? {} : { hint });
  };
  if (!isMap(node)) {
    throw failure([], "is no object", "each document must be a Kubernetes object or a CNI configuration");
  }
  const [start, end] = node.range ?? [0, text.length];
  try {
    const value: Record<string, unknown> = node.toJS(document);
    return { name: open.name, value, text: text.slice(start, end), placeOf, failure };
  } catch (cause) {
    throw failure([], `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * The line of the value, else of the nearest one around it: a key that is missing has no place of its own.
 */
function placeIn({ document, name, lines }: OpenDocument, path: ValuePath): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return `${name}:${lines.linePos(node.range[0]).line}`;
  }
  return `${name}:1`;
}

/** `spec.template.metadata`, `items[3].spec`, `metadata.annotations["a.b/c"]`. */
function formatPath(path: ValuePath): string {
  return path
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`;
    })
    .join("")
    .replace(/^\./, "");
}

function notYaml(
  error: YAMLError,
  at: { readonly name: string; readonly lines: LineCounter; readonly number: number },
): CommandFailure {
  const { line, col } = at.lines.linePos(error.pos[0]);
  const reason = error.message.split("\n")[0];
  return new CommandFailure(
    exitCodes.wrongInput,
    `${at.name}:${line}:${col}: document ${at.number} is neither YAML nor JSON: ${reason}`,
    { hint: "correct it there; documents of one file are separated by a line with ---", cause: error },
  );
}
