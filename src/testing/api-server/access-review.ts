// SPDX-License-Identifier: Apache-2.0
import { denial, type User } from "./access-control.ts";
import { isJson, mappingAt, textAt } from "./api-object.ts";
import { guessKind } from "./served-kinds.ts";
import { type Answer, badRequest } from "./status-object.ts";

/** Where a client asks what it may do itself; every user who is signed in may. */
export const selfReviewPath = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** POST of a SelfSubjectAccessReview about a resource: the same review with its status. */
export function reviewAccess(user: User, text: string): Answer {
  const review = parse(text);
  if (!isJson(review) || review.kind !== "SelfSubjectAccessReview") {
    return badRequest("the object provided is unrecognized");
  }
  const wanted = mappingAt(mappingAt(review, "spec"), "resourceAttributes");
  const refusal = denial(user, {
    verb: textAt(wanted, "verb"),
    kind: guessKind(textAt(wanted, "group"), textAt(wanted, "version") || "v1", textAt(wanted, "resource")),
    subresource: textAt(wanted, "subresource") || undefined,
    namespace: textAt(wanted, "namespace") || undefined,
    name: textAt(wanted, "name") || undefined,
  });
  return { code: 201, body: { ...review, status: { allowed: refusal === undefined } } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
