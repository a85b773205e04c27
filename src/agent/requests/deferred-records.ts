// SPDX-License-Identifier: Apache-2.0
import type { AttachmentRecord, AttachmentRecords } from "../../verbs/index.ts";

/**
 * Keeps records a moment later, once the agent has nothing to do for a pod that waits: writing one takes
 * longer than deciding about the next plugin. What is not written yet is known all the same.
 */
export function deferRecords(records: AttachmentRecords): AttachmentRecords {
  const waiting: AttachmentRecord[] = [];
  const write = (): void => {
    for (const record of waiting.splice(0)) records.keep(record);
  };
  return {
    keep: (record) => {
      if (waiting.push(record) === 1) setImmediate(write);
    },
    hasDealtWith: (containerId) => {
      write();
      return records.hasDealtWith(containerId);
    },
  };
}
