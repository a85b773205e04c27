// SPDX-License-Identifier: Apache-2.0
import type { Client, ServiceError } from "@grpc/grpc-js";
import { criCalls } from "./messages.ts";
import { type Draft, decode, encode, type Message } from "./protobuf.ts";

export type CallName = keyof typeof criCalls;
/** What a call is asked with. */
export type Request<N extends CallName> = Draft<(typeof criCalls)[N]["request"]>;
type Response<N extends CallName> = Message<(typeof criCalls)[N]["response"]>;

/** Makes one call of the CRI; rejects with the runtime's sentence. */
export type Call = <N extends CallName>(name: N, request: Request<N>) => Promise<Response<N>>;

interface UnaryCall<N extends CallName> {
  readonly client: Client;
  readonly name: N;
  readonly request: Request<N>;
  readonly timeoutMs: number;
}

/** One call that is given up after `timeoutMs`. */
export function unaryCall<N extends CallName>({
  client,
  name,
  request,
  timeoutMs,
}: UnaryCall<N>): Promise<Response<N>> {
  const call: (typeof criCalls)[N] = criCalls[name];
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/runtime.v1.${call.service}/${name}`,
      (draft: Request<N>) => Buffer.from(encode(call.request, draft)),
      (bytes: Buffer) => decode(call.response, bytes),
      request,
      { deadline: Date.now() + timeoutMs },
      (error: ServiceError | null, answer) => {
        if (error) reject(new Error(`calling ${name}: ${error.details}`, { cause: error }));
        // grpc-js gives an answer whenever it gives no error; the type is what decode made of call.response.
        else resolve(answer as Response<N>);
      },
    );
  });
}
