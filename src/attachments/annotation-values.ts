// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, interfaceNameProblem, isJsonObject, oneLine } from "../cni/index.ts";

/** Where in an annotation a value stands. */
export interface Place {
  readonly annotation: string;
  /** From 1. */
  readonly element: number;
  readonly field?: string;
}

/** What is wrong with a value, and how to write it. */
export interface Refusal {
  readonly value: unknown;
  readonly problem: string;
  readonly hint: string;
}

/** The error (code 7) for a value of an annotation. */
export function refuse(place: Place, { value, problem, hint }: Refusal): CniError {
  const where = `annotation ${place.annotation}, element ${place.element}`;
  const field = place.field === undefined ? "" : ` ${place.field}`;
  const text = oneLine(JSON.stringify(value) ?? "undefined", 80);
  return new CniError(cniErrorCodes.invalidNetworkConfig, `${where}:${field} ${text} ${problem}`, { hint });
}

/** Reads the name of an interface. */
export function readInterface(value: unknown, place: Place): string {
  const name = readText(value, place);
  const problem = interfaceNameProblem(name);
  if (problem === undefined) return name;
  throw refuse(place, {
    value,
    problem: `is no interface name: ${problem}`,
    hint: "write a name of at most 15 bytes without spaces and slashes, such as net1",
  });
}

/** Reads a string with something in it. */
export function readText(value: unknown, place: Place): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw refuse(place, { value, problem: "is no text", hint: "write a string that is not empty" });
}

/** Reads a list; `hint` says how to write one element. */
export function readList(value: unknown, place: Place, hint: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refuse(place, { value, problem: "is no list", hint: `write a list in [ ]; ${hint}` });
}

/** Reads an object. */
export function readObject(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (isJsonObject(value)) return value;
  throw refuse(place, { value, problem: "is no object", hint: 'write an object such as {"key": "value"}' });
}

/** Whether a key is as good as not there. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
