// SPDX-License-Identifier: Apache-2.0

/** Error codes of the CNI specification 1.1.0, section 5 "Error", and of its STATUS verb. */
export const cniErrorCodes = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  ioFailure: 5,
  decodingFailure: 6,
  invalidNetworkConfig: 7,
  tryAgainLater: 11,
  notAvailable: 50,
  limitedConnectivity: 51,
  internal: 999,
} as const;

/** What may be said of a failure besides its sentence. */
export interface CniErrorOptions {
  /** The way out: what the reader can do about it. */
  readonly hint?: string | undefined;
  /** More text for the log, may span lines. */
  readonly details?: string | undefined;
  /**
   * What a plugin gave as its own error, without the words that frame it here; absent when it ended in any
   * other way.
   */
  readonly reason?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failure as the CNI protocol knows it: code, one sentence, details; shown once, by the program that
 * answers the runtime.
 */
export class CniError extends Error {
  override readonly name = "CniError";
  readonly code: number;
  readonly hint: string | undefined;
  readonly details: string | undefined;
  readonly reason: string | undefined;

  constructor(code: number, message: string, options: CniErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
    this.reason = options.reason;
  }
}

/**
 * Gives `error` back if it is a CniError, else wraps it as an internal one (code 999): the one place where
 * unknown failures get a code.
 */
export function toCniError(error: unknown): CniError {
  if (error instanceof CniError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CniError(cniErrorCodes.internal, message, {
    cause: error,
    details: error instanceof Error ? error.stack : undefined,
  });
}
