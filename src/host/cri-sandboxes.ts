// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { askSocket, grpcStatusOf } from "./ask-socket.ts";
import { fieldsOf, messagesAt, textsAt } from "./protobuf-fields.ts";

/** The CRI in its versions: v1 since containerd 1.6 and CRI-O 1.23. */
const services = ["runtime.v1.RuntimeService", "runtime.v1alpha2.RuntimeService"] as const;

/**
 * The ids of all pod sandboxes that the container runtime has, those that do not run any more among them: a
 * DEL is still to come for those. Throws a CniError (code 11) when it cannot be asked; nobody is gone then.
 */
export async function listSandboxes(options: {
  readonly socket: string;
  /** 10 s unless told. */
  readonly timeoutMs?: number;
}): Promise<ReadonlySet<string>> {
  const { socket, timeoutMs = 10_000 } = options;
  try {
    const method = "ListPodSandbox";
    return new Set(await askSocket({ socket, services, method, decode: decodeSandboxIds, timeoutMs }));
  } catch (error) {
    const code = grpcStatusOf(error);
    const { what, hint } = words[code] ?? { what: `gRPC status ${code}`, hint: "look at the runtime's log" };
    throw new CniError(
      cniErrorCodes.tryAgainLater,
      `cannot ask the container runtime for its sandboxes at ${JSON.stringify(socket)}: ${what}`,
      { hint, cause: error },
    );
  }
}

/** gRPC status codes (grpc.github.io, statuscodes) that have a way out of their own. */
const words: Readonly<Record<number, { readonly what: string; readonly hint: string }>> = {
  4: { what: "no answer in time", hint: "look at the runtime's log" },
  12: { what: "it knows neither CRI v1 nor v1alpha2", hint: "check that the socket is the runtime's" },
  14: {
    what: "nobody listens there",
    hint: "correct the path of the CRI socket; in a pod, mount its folder",
  },
};

/**
 * ListPodSandboxResponse of the CRI: `items = 1 {id = 1}`. Throws a RangeError for bytes that are no such
 * message, or a sandbox without id: a list that we misread would make all pods leftovers.
 */
function decodeSandboxIds(message: Uint8Array): readonly string[] {
  return messagesAt(fieldsOf(message), 1).map((sandbox) => {
    const id = textsAt(sandbox, 1).at(-1) ?? "";
    if (id === "") throw new RangeError("a sandbox has no id");
    return id;
  });
}
