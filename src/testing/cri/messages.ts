// SPDX-License-Identifier: Apache-2.0
import {
  containerConfig,
  containerStatus,
  int64Value,
  namespaceOptions,
  securityProfile,
} from "./container-messages.ts";
import { flag, integer, message, messages, text, textMap, texts } from "./fields.ts";
import type { Shape } from "./protobuf.ts";

// Field names and numbers follow kubernetes/cri-api, pkg/apis/runtime/v1/api.proto; what no test needs is
// left out.

const nothing = {} satisfies Shape;

const podSandboxMetadata = {
  name: text(1),
  uid: text(2),
  namespace: text(3),
  attempt: integer(4),
} satisfies Shape;

const podSandboxConfig = {
  metadata: message(1, podSandboxMetadata),
  hostname: text(2),
  logDirectory: text(3),
  labels: textMap(6),
  annotations: textMap(7),
  linux: message(8, {
    cgroupParent: text(1),
    securityContext: message(2, {
      namespaceOptions: message(1, namespaceOptions),
      runAsUser: message(3, int64Value),
      runAsGroup: message(8, int64Value),
      seccomp: message(9, securityProfile),
    }),
  }),
} satisfies Shape;

const podSandboxStatus = {
  id: text(1),
  metadata: message(2, podSandboxMetadata),
  state: integer(3),
  network: message(5, { ip: text(1), additionalIps: messages(2, { ip: text(1) }) }),
} satisfies Shape;

const runtimeCondition = {
  type: text(1),
  status: flag(2),
  reason: text(3),
  message: text(4),
} satisfies Shape;

/** The calls that tests make, by name: where they go and what travels. */
export const criCalls = {
  Version: {
    service: "RuntimeService",
    request: { version: text(1) },
    response: { version: text(1), runtimeName: text(2), runtimeVersion: text(3), runtimeApiVersion: text(4) },
  },
  Status: {
    service: "RuntimeService",
    request: { verbose: flag(1) },
    response: { status: message(1, { conditions: messages(1, runtimeCondition) }), info: textMap(2) },
  },
  RunPodSandbox: {
    service: "RuntimeService",
    request: { config: message(1, podSandboxConfig), runtimeHandler: text(2) },
    response: { podSandboxId: text(1) },
  },
  StopPodSandbox: { service: "RuntimeService", request: { podSandboxId: text(1) }, response: nothing },
  RemovePodSandbox: { service: "RuntimeService", request: { podSandboxId: text(1) }, response: nothing },
  PodSandboxStatus: {
    service: "RuntimeService",
    request: { podSandboxId: text(1), verbose: flag(2) },
    response: { status: message(1, podSandboxStatus), info: textMap(2) },
  },
  ListPodSandbox: {
    service: "RuntimeService",
    request: {},
    response: {
      items: messages(1, { id: text(1), metadata: message(2, podSandboxMetadata), state: integer(3) }),
    },
  },
  CreateContainer: {
    service: "RuntimeService",
    request: {
      podSandboxId: text(1),
      config: message(2, containerConfig),
      sandboxConfig: message(3, podSandboxConfig),
    },
    response: { containerId: text(1) },
  },
  StartContainer: { service: "RuntimeService", request: { containerId: text(1) }, response: nothing },
  StopContainer: {
    service: "RuntimeService",
    request: { containerId: text(1), timeout: integer(2) },
    response: nothing,
  },
  RemoveContainer: { service: "RuntimeService", request: { containerId: text(1) }, response: nothing },
  ContainerStatus: {
    service: "RuntimeService",
    request: { containerId: text(1), verbose: flag(2) },
    response: { status: message(1, containerStatus), info: textMap(2) },
  },
  ImageStatus: {
    service: "ImageService",
    request: { image: message(1, { image: text(1) }) },
    response: { image: message(1, { id: text(1), repoTags: texts(2) }) },
  },
} as const satisfies Record<
  string,
  { readonly service: "RuntimeService" | "ImageService"; readonly request: Shape; readonly response: Shape }
>;

/** `PodSandboxState` of the API by its number. */
export const sandboxStates = ["ready", "not ready"] as const;

/** `ContainerState` of the API by its number. */
export const containerStates = ["created", "running", "exited", "unknown"] as const;
