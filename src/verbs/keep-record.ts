// SPDX-License-Identifier: Apache-2.0
import type { Attachment, AttachmentPlan } from "../attachments/index.ts";
import { type CniError, type CniRequest, toCniError } from "../cni/index.ts";
import { podIdentityOf } from "./find-pod.ts";
import type { AttachmentRecord, VerbPorts } from "./ports.ts";

interface Recorded {
  readonly verb: AttachmentRecord["verb"];
  readonly plan: Pick<AttachmentPlan, "containerId" | "pod">;
  readonly attachment: Attachment;
  readonly ports: Pick<VerbPorts, "records" | "log" | "now">;
}

/** What `work` tells of an attachment; without addresses there are none, without errors it is done. */
interface Outcome {
  readonly addresses?: readonly string[];
  readonly errors?: readonly CniError[];
}

/** Does `work` for one attachment and keeps a record of how it went. Gives and throws what `work` does. */
export async function keepRecord<T extends Outcome>(of: Recorded, work: () => Promise<T>): Promise<T> {
  const { verb, plan, attachment, ports } = of;
  const startedAt = ports.now();
  const keep = (error: CniError | undefined, addresses: readonly string[] = []): void => {
    const ms = Math.round(ports.now() - startedAt);
    const pod = plan.pod && `${plan.pod.namespace}/${plan.pod.name}`;
    const { network, interface: name } = attachment;
    const plugins = attachment.plugins.map(({ type }) => type);
    if (error === undefined) {
      const done = verb === "ADD" ? "attached" : "detached";
      ports.log("verbose", done, { pod, network, interface: name, plugin: plugins.join(","), ms });
    }
    ports.records?.keep({
      verb,
      containerId: plan.containerId,
      pod: plan.pod,
      network,
      interface: name,
      plugins,
      ...endingOf(error),
      ms,
      addresses,
    });
  };
  try {
    const outcome = await work();
    keep(outcome.errors?.[0], outcome.addresses);
    return outcome;
  } catch (error) {
    keep(toCniError(error));
    throw error;
  }
}

/**
 * Runs the story of a request; when it fails and no attachment's record tells of a failure, one for the whole
 * request does.
 */
export async function keepRequestRecord<T>(
  request: CniRequest & { readonly verb: AttachmentRecord["verb"] },
  ports: VerbPorts,
  story: (ports: VerbPorts) => Promise<T>,
): Promise<T> {
  const { records } = ports;
  if (records === undefined) return story(ports);
  const startedAt = ports.now();
  let isTold = false;
  const noting: VerbPorts = {
    ...ports,
    records: {
      ...records,
      keep: (record) => {
        isTold ||= record.outcome === "failed";
        records.keep(record);
      },
    },
  };
  try {
    return await story(noting);
  } catch (error) {
    if (!isTold) {
      records.keep({
        verb: request.verb,
        containerId: request.containerId,
        pod: identityOf(request),
        network: "",
        interface: "",
        plugins: [],
        ...endingOf(toCniError(error)),
        ms: Math.round(ports.now() - startedAt),
        addresses: [],
      });
    }
    throw error;
  }
}

function endingOf(error: CniError | undefined): Pick<AttachmentRecord, "outcome" | "error"> {
  if (error === undefined) return { outcome: "done", error: undefined };
  return { outcome: "failed", error: { code: error.code, message: error.message } };
}

/** CNI_ARGS may be what is wrong, then there is no pod to name. */
function identityOf(request: CniRequest): AttachmentRecord["pod"] {
  try {
    return podIdentityOf(request);
  } catch {
    return undefined;
  }
}
