// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { CommandFailure } from "../command-failure.ts";
import { chooseSides, type FactsOptions, type Sides } from "./choose-sides.ts";

const nothing: FactsOptions = { root: undefined, cluster: [], kubeconfig: undefined, local: false };
const live = { kind: "live" } as const;
const liveCluster = (kubeconfig?: string) => ({ kind: "live", kubeconfig }) as const;
const recorded = (...files: readonly string[]) => ({ kind: "recorded", files }) as const;

test.each<[string, Partial<FactsOptions>, Sides]>([
  ["nothing", {}, { host: live, cluster: liveCluster() }],
  ["--local", { local: true }, { host: live, cluster: undefined }],
  ["--kubeconfig", { kubeconfig: "k" }, { host: live, cluster: liveCluster("k") }],
  ["--root", { root: "/r" }, { host: { kind: "recorded", root: "/r" }, cluster: undefined }],
  ["--cluster", { cluster: ["a", "b"] }, { host: undefined, cluster: recorded("a", "b") }],
  [
    "--root and --cluster",
    { root: "/r", cluster: ["a"] },
    { host: { kind: "recorded", root: "/r" }, cluster: recorded("a") },
  ],
  [
    "--root and --kubeconfig",
    { root: "/r", kubeconfig: "k" },
    { host: { kind: "recorded", root: "/r" }, cluster: liveCluster("k") },
  ],
  [
    "--root and --local",
    { root: "/r", local: true },
    { host: { kind: "recorded", root: "/r" }, cluster: undefined },
  ],
])("%s", (_, options, sides) => {
  expect(chooseSides({ ...nothing, ...options })).toEqual(sides);
});

test.each<[string, Partial<FactsOptions>]>([
  ["--cluster and --kubeconfig", { cluster: ["a"], kubeconfig: "k" }],
  ["--cluster and --local", { cluster: ["a"], local: true }],
  ["--kubeconfig and --local", { kubeconfig: "k", local: true }],
])("%s exclude each other", (names, options) => {
  const choose = () => chooseSides({ ...nothing, ...options });
  expect(choose).toThrow(CommandFailure);
  expect(choose).toThrow(`${names} exclude each other`);
});
