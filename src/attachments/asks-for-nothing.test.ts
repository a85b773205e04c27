// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { asksForNothing } from "./asks-for-nothing.ts";

const networks = "k8s.v1.cni.cncf.io/networks";
const primary = "v1.multus-cni.io/default-network";

test.each([
  [{}, [], "default", true],
  [{ other: "x", [networks]: " " }, [], "default", true],
  [{ [networks]: "a" }, [], "default", false],
  [{ [primary]: "a" }, [], "default", false],
  [{ [networks]: "not: readable [" }, [], "default", false],
  [{}, ["extra"], "default", false],
  [{}, ["extra"], "kube-system", true],
  [{ [networks]: "a" }, ["extra"], "kube-system", false],
])(
  "annotations %j, default networks %j, namespace %s: %p",
  (annotations, defaultNetworks, namespace, expected) => {
    const config = { defaultNetworks, systemNamespaces: ["kube-system"] };
    expect(asksForNothing({ namespace, annotations }, config)).toBe(expected);
  },
);
