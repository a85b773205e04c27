// SPDX-License-Identifier: Apache-2.0
import type { ServiceError } from "@grpc/grpc-js";

/** One gRPC question to a unix socket of this host. */
export interface SocketQuestion<T> {
  readonly socket: string;
  /** Full names of the service in its versions; the first that is known there answers. */
  readonly services: readonly [string, ...string[]];
  readonly method: string;
  /** The encoded request; empty without. */
  readonly request?: Uint8Array | undefined;
  readonly decode: (answer: Uint8Array) => T;
  readonly timeoutMs: number;
}

/** Asks; gives the decoded answer. Throws a gRPC error (see `grpcStatusOf`) or what `decode` throws. */
export async function askSocket<T>(question: SocketQuestion<T>): Promise<T> {
  // Loaded only here: importing it costs more than a pod that needs no answer may take.
  const { Client, credentials, status } = await import("@grpc/grpc-js");
  const client = new Client(`unix://${question.socket}`, credentials.createInsecure(), {
    // The environment's proxy is not for this host's own sockets.
    "grpc.enable_http_proxy": 0,
    "grpc.max_receive_message_length": 16 * 1024 * 1024,
  });
  const deadline = new Date(Date.now() + question.timeoutMs);
  const ask = (service: string) =>
    new Promise<T>((resolve, reject) => {
      const path = `/${service}/${question.method}`;
      const serialize = (): Buffer => Buffer.from(question.request ?? []);
      client.makeUnaryRequest(path, serialize, question.decode, null, { deadline }, (error, value) => {
        if (error !== null) reject(error);
        else if (value === undefined) reject(new Error("an answer without content"));
        else resolve(value);
      });
    });
  const askFrom = (service: string, older: readonly string[]): Promise<T> =>
    ask(service).catch((error: ServiceError) => {
      const [next, ...rest] = older;
      if (error.code !== status.UNIMPLEMENTED || next === undefined) throw error;
      return askFrom(next, rest);
    });
  const [newest, ...older] = question.services;
  try {
    return await askFrom(newest, older);
  } finally {
    client.close();
  }
}

/** The gRPC status code of an error; -1 when it has none. */
export function grpcStatusOf(error: unknown): number {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : -1;
}
