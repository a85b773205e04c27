// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, networkNameProblem, pluginTypeProblem } from "../cni/index.ts";

/** What a key of the agent's configuration may hold. */
export interface KeyKind {
  /** For the page: one or a few words. */
  readonly name: string;
  /** For an error: completes "allowed is ...". */
  readonly allowed: string;
  /** What is wrong with a value, undefined when nothing is. The sentence follows `"key" is <value>`. */
  readonly problem: (value: unknown) => string | undefined;
  /** The same as JSON Schema, draft 2020-12. */
  readonly schema: Readonly<Record<string, unknown>>;
}

function kind(
  name: string,
  allowed: string,
  rule: { accepts: (value: unknown) => boolean; schema: KeyKind["schema"] },
): KeyKind {
  const problem = (value: unknown) => (rule.accepts(value) ? undefined : `allowed is ${allowed}`);
  return { name, allowed, problem, schema: rule.schema };
}

const isText = (value: unknown): value is string => typeof value === "string";

function textLike(name: string, allowed: string, pattern: RegExp): KeyKind {
  return kind(name, allowed, {
    accepts: (value) => isText(value) && pattern.test(value),
    schema: { type: "string", pattern: pattern.source },
  });
}

/** A whole number within bounds, both included. */
export function countKind(from: number, to: number): KeyKind {
  return kind("whole number", `a whole number from ${from} to ${to}`, {
    accepts: (value) => typeof value === "number" && Number.isInteger(value) && value >= from && value <= to,
    schema: { type: "integer", minimum: from, maximum: to },
  });
}

/** One of a few values. */
export function choiceKind(...choices: readonly (string | boolean)[]): KeyKind {
  const told = choices.map((choice) => JSON.stringify(choice)).join(" or ");
  return kind(choices.map((choice) => `\`${choice}\``).join(", "), told, {
    accepts: (value) => choices.some((choice) => choice === value),
    schema: { enum: choices },
  });
}

/** A key that must not be there, whatever its value. */
export const refusedKind: KeyKind = {
  name: "refused",
  allowed: "no value",
  problem: () => "the agent does not take it",
  schema: { not: {} },
};

/** Kinds without parameters. */
export const keyKinds = {
  path: {
    name: "path",
    allowed: "an absolute path of the host",
    problem: pathProblem,
    schema: { type: "string", pattern: "^/(?!host(root)?(/|$))" },
  },
  fileName: textLike("file name", "the bare name of a file", /^[^/\0]+$/),
  text: kind("text", "a string", { accepts: isText, schema: { type: "string" } }),
  flag: kind("true, false", "true or false", {
    accepts: (value) => typeof value === "boolean",
    schema: { type: "boolean" },
  }),
  texts: kind("list of texts", "a list of strings", {
    accepts: (value) => Array.isArray(value) && value.every(isText),
    schema: { type: "array", items: { type: "string" } },
  }),
  /** Of a CNI network. */
  networkName: {
    name: "text",
    allowed: "the name of a network",
    problem: (value: unknown) => (isText(value) ? networkNameProblem(value) : "allowed is a string"),
    schema: { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]*$" },
  },
  /** Of a CNI plugin. */
  pluginType: {
    name: "text",
    allowed: "the type of a plugin",
    problem: (value: unknown) => (isText(value) ? pluginTypeProblem(value) : "allowed is a string"),
    schema: { type: "string", pattern: "^(?!\\.{1,2}$)[^\\s/\\p{Cc}]+$" },
  },
  flags: kind("object of true, false", 'an object of true and false, for example {"ips": true}', {
    accepts: (value) => isJsonObject(value) && Object.values(value).every((on) => typeof on === "boolean"),
    schema: { type: "object", additionalProperties: { type: "boolean" } },
  }),
  object: kind("object", "an object", { accepts: isJsonObject, schema: { type: "object" } }),
  address: textLike(
    "address and port",
    '"address:port", or "off"',
    /^(?:off|(?:\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))$/,
  ),
  disabled: kind("object", 'an object without "enabled": true', {
    accepts: (value) => isJsonObject(value) && value.enabled !== true,
    schema: { type: "object", properties: { enabled: { const: false } } },
  }),
} as const satisfies Record<string, KeyKind>;

/** A pod of Multus sees the host below such a folder; we mount a folder of the host at its own path. */
const prefixOfPods = /^\/(?:host|hostroot)(?=\/|$)/;

function pathProblem(value: unknown): string | undefined {
  if (!isText(value) || !value.startsWith("/")) return "allowed is an absolute path of the host";
  if (value.split("/").includes("..")) return `a path has no ".." in it`;
  if (/[\0\n]/.test(value)) return "a path is one line";
  if (!prefixOfPods.test(value)) return undefined;
  return `every path is a path of the host, write "${value.replace(prefixOfPods, "") || "/"}"`;
}
