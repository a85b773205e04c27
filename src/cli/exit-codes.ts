// SPDX-License-Identifier: Apache-2.0

/** What the exit code of every command means, whatever the output format. */
export const exitCodes = {
  fine: 0,
  internalError: 1,
  /** Wrong usage or input. */
  wrongInput: 2,
  /** What was looked at has a failure. */
  failureFound: 3,
  onlyWarnings: 4,
  couldNotLook: 5,
  /** Refused, or needs an approval that was not given. */
  refused: 6,
  /** A change failed and everything is as before. */
  rolledBack: 7,
  /** A change failed and could not be taken back whole. */
  notRolledBack: 8,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
