// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { facts } from "./facts.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of what `plures facts` prints, `docs/schemas/facts.schema.json`. */
export function factsSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Facts of a host and of a cluster",
    ...schemaOf(facts),
  };
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
  variant: ({ options = [] }) => ({ oneOf: options.map(schemaFrom) }),
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

function inner(schema: v.GenericSchema | undefined): JsonSchema {
  return schema === undefined ? {} : schemaOf(schema);
}
