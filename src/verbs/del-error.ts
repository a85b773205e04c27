// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../cni/index.ts";

/**
 * Words by which containerd recognises a DEL that failed because all was gone already (go-cni, `Remove`), and
 * ours for them.
 */
const takenForSuccess: readonly { readonly words: RegExp; readonly instead: string }[] = [
  { words: /not found/gi, instead: "not to be found" },
  { words: /no such file or directory/gi, instead: "no such file or folder" },
];

/**
 * The error of a DEL in words that no runtime takes for success: what is left in the journal must be deleted
 * again.
 */
export function asDelError(error: CniError): CniError {
  return new CniError(error.code, withoutWords(error.message), {
    hint: error.hint && withoutWords(error.hint),
    details: error.details && withoutWords(error.details),
    reason: error.reason,
    cause: error.cause,
  });
}

function withoutWords(text: string): string {
  return takenForSuccess.reduce((told, { words, instead }) => told.replace(words, instead), text);
}
