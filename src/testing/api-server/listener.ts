// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { authenticate, type User } from "./access-control.ts";
import { actionOf, answerRequest, type Outcome } from "./answer-request.ts";
import { type Fault, type Faults, faultAnswer } from "./faults.ts";
import type { createLiveWatches } from "./live-watches.ts";
import type { ObjectStore } from "./object-store.ts";
import { type Reading, readSelectors } from "./read-object.ts";
import type { ServedKind } from "./served-kinds.ts";
import { type Answer, unauthorized } from "./status-object.ts";
import { startWatch } from "./watch.ts";

/** A request as it came in, and the status that it got; 0 when it got none. */
export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  /** undefined for an unknown credential. */
  readonly user: string | undefined;
  readonly status: number;
  /** What RBAC calls it: verb and resource; undefined for a path that is no resource. */
  readonly action: { readonly verb: string; readonly resource: string } | undefined;
}

/** What the listener works with. */
export interface ListenerContext {
  readonly store: ObjectStore;
  readonly kinds: readonly ServedKind[];
  readonly faults: Faults;
  readonly watches: ReturnType<typeof createLiveWatches>;
  users(): readonly User[];
  note(seen: SeenRequest): void;
  readonly bookmarkEveryMs: number;
}

/** Makes what a Node HTTP server calls for every request: faults, then authentication, RBAC, the verb. */
export function createListener(context: ListenerContext): {
  readonly listen: RequestListener;
  stopWatches(): void;
} {
  const stops = new Set<() => void>();
  return {
    listen: (request, response) => void serve(context, stops, { request, response }),
    stopWatches() {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(context: ListenerContext, stops: Set<() => void>, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const text = await readBody(request);
  const { method = "GET", url = "/" } = request;
  const fault = context.faults.take({ method, url });
  const user = authenticate(request, context.users(), isCertified(request));
  const note = (status: number): void =>
    context.note({ method, url, user: user?.name, status, action: actionOf({ method, url }, context.kinds) });
  if (fault !== undefined && failBeforeAnswer(fault, exchange, note)) return;
  if (fault?.kind === "slow") await Bun.sleep(fault.ms);
  const outcome = user === undefined ? { answer: unauthorized } : decide(context, { request, user, text });
  if ("watch" in outcome) {
    note(200);
    serveWatch(context, stops, { reading: outcome.watch, exchange });
    return;
  }
  note(outcome.answer.code);
  if (fault?.kind === "cut-body") cutWithinBody(exchange);
  else send(response, fault?.kind === "garbage" ? { code: 200, body: '{"kind":' } : outcome.answer);
}

function decide(
  context: ListenerContext,
  { request, user, text }: { readonly request: IncomingMessage; readonly user: User; readonly text: string },
): Outcome {
  const contentType = (request.headers["content-type"] ?? "application/json").split(";")[0] ?? "";
  return answerRequest(context.store, context.kinds, {
    method: request.method ?? "GET",
    url: new URL(request.url ?? "/", "http://localhost"),
    accept: request.headers.accept ?? "",
    user,
    payload: { text, contentType },
  });
}

function serveWatch(
  context: ListenerContext,
  stops: Set<() => void>,
  { reading, exchange }: { readonly reading: Reading; readonly exchange: Exchange },
): void {
  const { response } = exchange;
  const selected = readSelectors(reading);
  if ("code" in selected) {
    send(response, selected);
    return;
  }
  response.writeHead(200, headersOf({}));
  response.flushHeaders();
  const wire = context.watches.open(exchange);
  const stop = startWatch({
    store: context.store,
    reading,
    matches: selected.matches,
    bookmarkEveryMs: context.bookmarkEveryMs,
    send: wire.send,
    end: wire.end,
  });
  stops.add(stop);
  response.on("close", () => {
    stop();
    wire.close();
    stops.delete(stop);
  });
}

/** True when the fault is all that this request gets. */
function failBeforeAnswer(
  fault: Fault,
  { request, response }: Exchange,
  note: (status: number) => void,
): boolean {
  switch (fault.kind) {
    case "status":
      note(fault.code);
      send(response, faultAnswer(fault));
      return true;
    case "cut":
      note(0);
      request.socket.destroy();
      return true;
    case "hang":
      note(0);
      return true;
    default:
      return false;
  }
}

function cutWithinBody({ request, response }: Exchange): void {
  response.writeHead(200, headersOf({ "content-length": "1000" }));
  response.write('{"kind":');
  setTimeout(() => request.socket.destroy(), 10);
}

function isCertified({ socket }: IncomingMessage): boolean {
  return "authorized" in socket && socket.authorized === true;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "audit-id": crypto.randomUUID(),
    "cache-control": "no-cache, private",
    "content-type": "application/json",
    ...more,
  };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.code, headersOf(answer.headers ?? {}));
  response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
}
