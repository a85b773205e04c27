// SPDX-License-Identifier: Apache-2.0
import { type ApiObject, mappingAt, textAt } from "./api-object.ts";
import type { ServedKind } from "./served-kinds.ts";

/** Whether an object is selected. */
export type Predicate = (object: ApiObject) => boolean;

/** A selector that was understood, or why it was not. */
export type Selector =
  | { readonly kind: "ok"; readonly matches: Predicate }
  | { readonly kind: "unsupported"; readonly message: string };

const everywhere: Readonly<Record<string, (object: ApiObject) => string>> = {
  "metadata.name": (object) => object.metadata.name,
  "metadata.namespace": (object) => object.metadata.namespace ?? "",
};

/** Fields beyond name and namespace that the real server selects by, as far as tests need them. */
const fieldsByPlural: Readonly<Record<string, Readonly<Record<string, (object: ApiObject) => string>>>> = {
  pods: {
    "spec.nodeName": (object) => textAt(mappingAt(object, "spec"), "nodeName"),
    "status.phase": (object) => textAt(mappingAt(object, "status"), "phase"),
  },
  events: {
    reason: (object) => textAt(object, "reason"),
    type: (object) => textAt(object, "type"),
    "involvedObject.name": (object) => textAt(mappingAt(object, "involvedObject"), "name"),
    "involvedObject.uid": (object) => textAt(mappingAt(object, "involvedObject"), "uid"),
  },
};

/** `metadata.name=a,spec.nodeName!=b`. */
export function parseFieldSelector(text: string, kind: ServedKind): Selector {
  const fields = { ...everywhere, ...fieldsByPlural[kind.plural] };
  const tests: Predicate[] = [];
  for (const term of text.split(",").filter((part) => part !== "")) {
    const [, field = "", operator, value] = /^(.*?)(!=|==?)(.*)$/.exec(term) ?? [];
    const read = fields[field];
    if (operator === undefined)
      return { kind: "unsupported", message: `invalid selector: '${term}'; can't understand '${term}'` };
    if (read === undefined) return { kind: "unsupported", message: `field label not supported: ${field}` };
    tests.push((object) => (read(object) === value) === (operator !== "!="));
  }
  return { kind: "ok", matches: (object) => tests.every((test) => test(object)) };
}

const labelTerms: readonly {
  readonly form: RegExp;
  test(label: string | undefined, values: string[]): boolean;
}[] = [
  { form: /^(\S+) +in +\((.*)\)$/, test: (label, values) => label !== undefined && values.includes(label) },
  {
    form: /^(\S+) +notin +\((.*)\)$/,
    test: (label, values) => label === undefined || !values.includes(label),
  },
  { form: /^([^\s!=]+)\s*!=\s*(.*)$/, test: (label, [value]) => label !== value },
  { form: /^([^\s!=]+)\s*==?\s*(.*)$/, test: (label, [value]) => label === value },
  { form: /^!([^\s=]+)$/, test: (label) => label === undefined },
  { form: /^([^\s!=]+)$/, test: (label) => label !== undefined },
];

/** `app=a,tier in (x,y),!legacy`. */
export function parseLabelSelector(text: string): Selector {
  const tests: Predicate[] = [];
  for (const term of text.split(/,(?![^(]*\))/).map((part) => part.trim())) {
    if (term === "") continue;
    const row = labelTerms.find(({ form }) => form.test(term));
    if (row === undefined) return { kind: "unsupported", message: `unable to parse requirement: ${term}` };
    const [, key = "", list = ""] = row.form.exec(term) ?? [];
    const values = list.split(",").map((value) => value.trim());
    tests.push((object) => row.test(labelOf(object, key), values));
  }
  return { kind: "ok", matches: (object) => tests.every((test) => test(object)) };
}

function labelOf(object: ApiObject, key: string): string | undefined {
  const value = mappingAt(object.metadata, "labels")[key];
  return typeof value === "string" ? value : undefined;
}
