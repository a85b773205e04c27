// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import type { CniRequest, CniResult, CniVerb } from "../cni/index.ts";
import { add } from "./add.ts";
import { check } from "./check.ts";
import { del } from "./del.ts";
import { gc } from "./gc.ts";
import { keepRequestRecord } from "./keep-record.ts";
import type { VerbPorts } from "./ports.ts";
import { status } from "./status.ts";

type Story = (request: CniRequest, config: MultusConfig, ports: VerbPorts) => Promise<CniResult | undefined>;

/** VERSION is missing: it is answered before there is a configuration. */
const stories = {
  ADD: (request, config, ports) =>
    keepRequestRecord({ ...request, verb: "ADD" }, ports, (noting) => add(request, config, noting)),
  DEL: answersNothing((request, config, ports) =>
    keepRequestRecord({ ...request, verb: "DEL" }, ports, (noting) => del(request, config, noting)),
  ),
  CHECK: answersNothing(check),
  GC: answersNothing(gc),
  STATUS: answersNothing(status),
} as const satisfies Record<Exclude<CniVerb, "VERSION">, Story>;

/**
 * Runs the story of the request's verb; gives ADD's result, undefined for the verbs that answer nothing.
 * Throws CniErrors.
 */
export async function runVerb(
  request: CniRequest & { readonly verb: keyof typeof stories },
  config: MultusConfig,
  ports: VerbPorts,
): Promise<CniResult | undefined> {
  return stories[request.verb](request, config, ports);
}

function answersNothing(story: (...given: Parameters<Story>) => Promise<void>): Story {
  return async (...given) => {
    await story(...given);
    return undefined;
  };
}
