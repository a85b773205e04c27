// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe } from "bun:test";
import { describeFolders } from "./folder-stories.ts";
import { describeLooks } from "./look-stories.ts";
import { describeMissingAgent } from "./missing-agent-stories.ts";
import { describeMutations } from "./mutation-stories.ts";
import { describeNetlink } from "./netlink-stories.ts";
import { describeRefusals } from "./refusal-stories.ts";
import { describeRequests } from "./request-stories.ts";
import { describeRuns } from "./run-stories.ts";
import { describeSignals } from "./signal-stories.ts";
import { createStage, type ShimInstaller, type ShimStage } from "./stage.ts";

export type { ShimInstaller } from "./stage.ts";

/** Makes a stage that the suite takes away after the test. */
export type StageMaker = () => Promise<ShimStage>;

/**
 * What every shim must do (docs/protocol.md), told by an agent that follows a script: the suite runs
 * unchanged against each of them. Needs root, for network namespaces.
 */
export function describeShim(name: string, install: ShimInstaller): void {
  const stages: ShimStage[] = [];
  const stage: StageMaker = async () => {
    const made = await createStage(install);
    stages.push(made);
    return made;
  };
  describe(name, () => {
    afterEach(() => {
      for (const made of stages.splice(0)) made.remove();
    });
    for (const describePart of [
      describeRequests,
      describeRuns,
      describeLooks,
      describeRefusals,
      describeFolders,
      describeNetlink,
      describeSignals,
      describeMissingAgent,
      describeMutations,
    ]) {
      describePart(stage);
    }
  });
}
