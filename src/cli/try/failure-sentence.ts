// SPDX-License-Identifier: Apache-2.0
import type { CallFailure, PodReport } from "./report.ts";

/**
 * The failure's whole sentence without the pod, which stands beside it. A runtime gets one line of at most
 * 200 characters; where that cut something off, the details begin with all of it.
 */
export function failureSentence(
  { message, details }: CallFailure,
  { namespace, name }: Pick<PodReport, "namespace" | "name">,
): string {
  const subject = `pod ${namespace}/${name}: `;
  const first = details?.split("\n")[0] ?? "";
  const sentence = message.includes("…") && first.startsWith(subject) ? first : message;
  return sentence.startsWith(subject) ? sentence.slice(subject.length) : sentence;
}
