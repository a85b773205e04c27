// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { factsSchema } from "./json-schema.ts";
import { readFacts } from "./read-facts.ts";

const page = join(import.meta.dir, "../../../docs/schemas/facts.schema.json");

test("docs/schemas/facts.schema.json is what the tables say", async () => {
  expect(await Bun.file(page).json()).toEqual(factsSchema());
});

test("every row of the schema says what it is about", () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties = {} } = schema as { properties?: Record<string, { description?: string }> };
    for (const [key, property] of Object.entries(properties)) {
      const isPlain = "type" in property && property.type !== "array" && property.type !== "object";
      if (isPlain && property.description === undefined) silent.push(`${path}.${key}`);
    }
    for (const [key, value] of Object.entries(schema)) visit(value, `${path}.${key}`);
  };
  visit(factsSchema(), "facts");
  expect(silent).toEqual([]);
});

describe("a document", () => {
  const good = { schemaVersion: 1, takenAt: "2026-11-21T08:00:00Z" };
  test.each([
    { name: "of another version", document: { ...good, schemaVersion: 2 }, reason: "schemaVersion" },
    { name: "with a key that nobody knows", document: { ...good, hots: {} }, reason: "hots" },
    { name: "that is no object", document: "text", reason: "Object" },
    { name: "with half a host", document: { ...good, host: {} }, reason: "host." },
  ])("$name is refused", ({ document, reason }) => {
    expect(readFacts(document)).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
  });

  test("without host and cluster is one", () => {
    expect(readFacts(good)).toMatchObject({ kind: "facts", facts: good });
  });
});
