// SPDX-License-Identifier: Apache-2.0

const secretKey = /^(?:.*[-_])?(?:token|authorization|password|secret|client-?key(?:-?data)?)$/i;

/** A JWT (RFC 7519): three parts in base64url, the first is a JSON object. */
const jwt = /\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g;
const bearer = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

const deepest = 6;

/**
 * The value of a log's field as it may be shown: an error becomes its sentence, what is a secret by its key
 * or by its look becomes `[secret]`, what cannot be JSON becomes text.
 */
export function withoutSecrets(key: string, value: unknown, depth = 0): unknown {
  if (value === undefined || value === null) return value;
  if (secretKey.test(key)) return "[secret]";
  if (typeof value === "string") return textWithoutSecrets(value);
  if (value instanceof Error) return textWithoutSecrets(value.message);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  // A loop ends here, too.
  if (depth === deepest) return "[deeper]";
  if (Array.isArray(value)) return value.map((item) => withoutSecrets("", item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutSecrets(name, item, depth + 1)]),
  );
}

function textWithoutSecrets(text: string): string {
  return text.replace(jwt, "[secret]").replace(bearer, "$1 [secret]");
}
