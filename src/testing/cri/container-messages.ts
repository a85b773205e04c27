// SPDX-License-Identifier: Apache-2.0
import { flag, integer, message, messages, text, texts } from "./fields.ts";
import type { Shape } from "./protobuf.ts";

// As in messages.ts: what no test needs is left out.

/** Of `NamespaceMode`: 0 the pod's, 1 the container's own, 2 the node's. */
export const namespaceOptions = { network: integer(1), pid: integer(2), ipc: integer(3) } satisfies Shape;
/** A number that may be absent. */
export const int64Value = { value: integer(1) } satisfies Shape;
/** Of `ProfileType`: 0 the runtime's default, 1 none. */
export const securityProfile = { profileType: integer(1) } satisfies Shape;

/** `ContainerConfig`. */
export const containerConfig = {
  metadata: message(1, { name: text(1), attempt: integer(2) }),
  image: message(2, { image: text(1) }),
  command: texts(3),
  args: texts(4),
  envs: messages(6, { key: text(1), value: text(2) }),
  // propagation: 0 none, 1 from the host to the container
  mounts: messages(7, {
    containerPath: text(1),
    hostPath: text(2),
    readonly: flag(3),
    propagation: integer(5),
  }),
  logPath: text(11),
  linux: message(15, {
    securityContext: message(2, {
      capabilities: message(1, { addCapabilities: texts(1), dropCapabilities: texts(2) }),
      privileged: flag(2),
      namespaceOptions: message(3, namespaceOptions),
      runAsUser: message(5, int64Value),
      readonlyRootfs: flag(7),
      noNewPrivs: flag(11),
      runAsGroup: message(12, int64Value),
      maskedPaths: texts(13),
      readonlyPaths: texts(14),
      seccomp: message(15, securityProfile),
    }),
  }),
} satisfies Shape;

/** `ContainerStatus`. */
export const containerStatus = {
  id: text(1),
  state: integer(3),
  exitCode: integer(7),
  reason: text(10),
  message: text(11),
} satisfies Shape;
