// SPDX-License-Identifier: Apache-2.0
import { qualifiedKind, qualifiedPlural, type ServedKind } from "./served-kinds.ts";

/** An answer of the double: a JSON body, or text. */
export interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One thing that is wrong with an object. */
export interface FieldCause {
  readonly reason: "FieldValueInvalid" | "FieldValueRequired";
  readonly field: string;
  readonly message: string;
}

interface Failure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A refusal as the API server words it (meta/v1 Status). */
export function refuse({ code, reason, message, details }: Failure): Answer {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason };
  return { code, body: { ...status, ...(details === undefined ? {} : { details }), code } };
}

/** What an unknown path gets: no Status at all. */
export const pageNotFound: Answer = {
  code: 404,
  body: "404 page not found\n",
  headers: { "content-type": "text/plain; charset=utf-8" },
};

export const unauthorized: Answer = refuse({ code: 401, reason: "Unauthorized", message: "Unauthorized" });

export function badRequest(message: string): Answer {
  return refuse({ code: 400, reason: "BadRequest", message });
}

export function notFound(kind: ServedKind, name: string): Answer {
  const message = `${qualifiedPlural(kind)} "${name}" not found`;
  return refuse({ code: 404, reason: "NotFound", message, details: detailsOf(kind, name) });
}

export function alreadyExists(kind: ServedKind, name: string): Answer {
  const message = `${qualifiedPlural(kind)} "${name}" already exists`;
  return refuse({ code: 409, reason: "AlreadyExists", message, details: detailsOf(kind, name) });
}

const modified =
  "the object has been modified; please apply your changes to the latest version and try again";

/** 409; `why` unless it is the resourceVersion. */
export function conflict(kind: ServedKind, name: string, why = modified): Answer {
  const message = `Operation cannot be fulfilled on ${qualifiedPlural(kind)} "${name}": ${why}`;
  return refuse({ code: 409, reason: "Conflict", message, details: detailsOf(kind, name) });
}

export function uidPrecondition(wanted: string, found: string): string {
  return `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`;
}

export function invalid(kind: ServedKind, name: string, causes: readonly FieldCause[]): Answer {
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = list.length === 1 ? list[0] : `[${list.join(", ")}]`;
  const group = kind.group === "" ? {} : { group: kind.group };
  return refuse({
    code: 422,
    reason: "Invalid",
    message: `${qualifiedKind(kind)} "${name}" is invalid: ${all}`,
    details: { name, ...group, kind: kind.kind, causes },
  });
}

/** 422 as a JSON patch gets it whose `test` fails. */
export const failedPatchTest: Answer = refuse({
  code: 422,
  reason: "Invalid",
  message: "the server rejected our request due to an error in our request",
  details: {},
});

export function expired(message: string): Answer {
  return refuse({ code: 410, reason: "Expired", message });
}

/** A list that is to be no older than a version which this server has not seen. */
export function tooLarge(asked: string, current: number): Answer {
  return refuse({
    code: 504,
    reason: "Timeout",
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}

/** What deleting an object answers. */
export function deleted(kind: ServedKind, name: string, uid: string): Answer {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
  return { code: 200, body: { ...status, details: { ...detailsOf(kind, name), uid } } };
}

/** The details of a Status: which resource, which object. */
export function detailsOf(kind: ServedKind, name?: string): Readonly<Record<string, unknown>> {
  const named = name === undefined ? {} : { name };
  return { ...named, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural };
}
