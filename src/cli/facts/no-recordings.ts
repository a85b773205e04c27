// SPDX-License-Identifier: Apache-2.0

/** A document that people give instead of objects. */
export interface NoRecording {
  readonly fits: (value: Readonly<Record<string, unknown>>) => boolean;
  readonly problem: (value: Readonly<Record<string, unknown>>) => string;
  readonly hint: string;
}

/** What is told of each. */
export const noRecordings: readonly NoRecording[] = [
  {
    fits: ({ kind, clusters }) => kind === "Config" && clusters !== undefined,
    problem: () => "is a kubeconfig, not a recording of a cluster",
    hint: "name it with --kubeconfig",
  },
  {
    fits: ({ kind }) => kind === "Status",
    problem: ({ message }) => `is a refusal of the API server: ${String(message)}`,
    hint: "record it again with credentials that may read it, or leave it out",
  },
  {
    fits: ({ kind }) => kind === "Table",
    problem: () => "is a table for people, without the objects",
    hint: "record it with `kubectl get ... -o json`",
  },
  {
    fits: ({ clientVersion, serverVersion }) => clientVersion !== undefined && serverVersion === undefined,
    problem: () => "has the version of kubectl alone, serverVersion is missing",
    hint: "record it while the API server is reachable, with `kubectl get --raw /version`",
  },
];
