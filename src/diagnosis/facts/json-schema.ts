// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";
import { factOf } from "./fact.ts";
import { facts } from "./facts.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of what `plures facts` prints, `docs/schemas/facts.schema.json`. */
export function factsSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Facts of a host and of a cluster",
    ...schemaOf(facts),
    $defs: darkFacts(),
  };
}

/** The ways not to know something are the same everywhere, and are written once. */
const darkKinds = ["unknown", "not-applicable"];

function darkFacts(): JsonSchema {
  // Valibot's schemas are plain objects; this one is a variant.
  const { options = [] } = factOf(v.string()) as unknown as Inside;
  const dark = options.filter((option) => darkKinds.includes(kindOf(option)));
  return Object.fromEntries(dark.map((option) => [kindOf(option), schemaFrom(option)]));
}

function kindOf(option: unknown): string {
  // The options of a fact are objects with a literal as their kind.
  const kind = (option as Inside).entries?.kind as Inside | undefined;
  return String(kind?.literal);
}

/** What the pieces of shapes.ts are made of; a schema of another type has no row here and is refused. */
interface Inside {
  readonly type: string;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly pipe?: readonly { readonly type: string; readonly description?: string }[];
}

const writers: Readonly<Record<string, (schema: Inside) => JsonSchema>> = {
  string: () => ({ type: "string" }),
  number: () => ({ type: "number" }),
  boolean: () => ({ type: "boolean" }),
  literal: ({ literal }) => ({ const: literal }),
  picklist: ({ options }) => ({ enum: options }),
  array: ({ item }) => ({ type: "array", items: inner(item) }),
  record: ({ value }) => ({ type: "object", additionalProperties: inner(value) }),
  strict_object: ({ entries = {} }) => ({
    type: "object",
    properties: Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, schemaOf(entry)])),
    required: Object.keys(entries).filter((key) => entries[key]?.type !== "optional"),
    additionalProperties: false,
  }),
  optional: ({ wrapped }) => inner(wrapped),
  union: ({ options = [] }) => ({ anyOf: options.map(schemaFrom) }),
  variant: ({ options = [] }) => ({ oneOf: options.map(variantFrom) }),
};

function schemaOf(schema: v.GenericSchema): JsonSchema {
  // Valibot's schemas are plain objects; which keys they have follows from `type`.
  const inside = schema as unknown as Inside;
  const write = writers[inside.type];
  if (write === undefined)
    throw new Error(`the schema of a fact has the type "${inside.type}", which no row writes`);
  const about = inside.pipe?.find(({ type }) => type === "description")?.description?.trim() ?? "";
  return { ...(about === "" ? {} : { description: about }), ...write(inside) };
}

// The options of unions and variants are schemas.
const schemaFrom = (option: unknown): JsonSchema => schemaOf(option as v.GenericSchema);

function variantFrom(option: unknown): JsonSchema {
  const kind = kindOf(option);
  return darkKinds.includes(kind) ? { $ref: `#/$defs/${kind}` } : schemaFrom(option);
}

function inner(schema: v.GenericSchema | undefined): JsonSchema {
  return schema === undefined ? {} : schemaOf(schema);
}
