// SPDX-License-Identifier: Apache-2.0
import { expect } from "bun:test";
import { isJson, type Json, mappingAt, textAt } from "./api-object.ts";

/** A network with an empty config. */
export function network(name: string, annotations?: Record<string, string>): Json {
  return {
    apiVersion: "k8s.cni.cncf.io/v1",
    kind: "NetworkAttachmentDefinition",
    metadata: { name, namespace: "default", ...(annotations === undefined ? {} : { annotations }) },
    spec: { config: "{}" },
  };
}

/** A pod of a node that does not exist, so that no kubelet touches it. */
export function pod(name: string): Json {
  const containers = [{ name: "c", image: "example.invalid/none" }];
  const spec = { containers, nodeName: "plures-contract-no-node", automountServiceAccountToken: false };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec };
}

/** An event as Multus emits it. */
export function event(name: string, namespace: string): Json {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace },
    reason: "AddedInterface",
    message: "Add eth0 [10.42.0.7/24] from cbr0",
    type: "Normal",
    source: { component: "multus" },
    count: 1,
  };
}

/** The fields that a Status finds wrong. */
export function causesOf(answer: { readonly body: unknown }): readonly unknown[] {
  const { causes } = mappingAt(asJson(answer.body), "details");
  return Array.isArray(causes) ? causes.map((cause: unknown) => asJson(cause).field) : [];
}

/** The objects of a list. */
export function itemsOf(list: unknown): readonly Json[] {
  const { items } = asJson(list);
  return Array.isArray(items) ? items.map(asJson) : [];
}

/** The names of the objects of a list, in its order. */
export function namesOf(list: unknown): readonly string[] {
  return itemsOf(list).map((item) => textAt(mappingAt(item, "metadata"), "name"));
}

/** `value` as a mapping. Throws a TypeError for anything else. */
export function asJson(value: unknown): Json {
  if (isJson(value)) return value;
  throw new TypeError(`expected a mapping, got ${JSON.stringify(value)}`);
}

/** A request of the contract; the token of somebody who may do everything is added by `connect`. */
export interface ContractRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
}

/** An answer: status, and the JSON or text of the body; a list where a watch told several things. */
export interface ContractAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Expects a Status of this code and reason. */
export function expectStatus(answer: ContractAnswer, status: number, reason: string): void {
  expect(answer.body).toMatchObject({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    reason,
    code: status,
  });
  expect(answer.status).toBe(status);
}
