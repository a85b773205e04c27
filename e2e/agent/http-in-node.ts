// SPDX-License-Identifier: Apache-2.0
import { inNetworkNamespace } from "../../src/host/namespace.ts";

/** What a GET was answered with. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a server that listens in another network namespace, for which the socket is made there; undefined when
 * nobody listens, or whoever did goes away.
 */
export async function askOverHttp(
  namespace: string,
  server: { readonly hostname: string; readonly port: number; readonly path: string },
): Promise<HttpAnswer | undefined> {
  const { hostname, port, path } = server;
  const answered = Promise.withResolvers<string>();
  let text = "";
  const finish = (): void => answered.resolve(text);
  inNetworkNamespace(namespace, () => {
    Bun.connect({
      hostname,
      port,
      socket: {
        open: (socket) =>
          void socket.write(`GET ${path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n`),
        data: (_, bytes) => {
          text += bytes.toString();
        },
        close: finish,
        error: finish,
        connectError: finish,
      },
    }).catch(finish);
  });
  const [head = "", ...body] = (await answered.promise).split("\r\n\r\n");
  const status = /^HTTP\/1\.1 (\d+)/.exec(head)?.[1];
  return status === undefined ? undefined : { status: Number(status), body: body.join("\r\n\r\n") };
}
