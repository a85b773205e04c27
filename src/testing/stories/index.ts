// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe } from "bun:test";
import { describeAdd } from "./add-stories.ts";
import { describeClusterNetwork } from "./cluster-network-stories.ts";
import { describeDel } from "./del-stories.ts";
import { describeDevices } from "./device-stories.ts";
import { describeOtherVerbs } from "./other-verb-stories.ts";
import { describeRefusals } from "./refusal-stories.ts";
import { describeSideBySide } from "./side-by-side-stories.ts";
import type { NodeMaker, TestNode } from "./test-node.ts";
import { describeWithoutApi } from "./without-api-stories.ts";

/**
 * What every way of running the verbs must do, told as a runtime's requests: the suite runs unchanged against
 * each of them.
 */
export function describeStories(name: string, createNode: NodeMaker): void {
  const nodes: TestNode[] = [];
  const node: NodeMaker = (options) => {
    const made = createNode(options);
    nodes.push(made);
    return made;
  };
  describe(name, () => {
    afterEach(() => {
      for (const made of nodes.splice(0)) made.remove();
    });
    for (const describeVerb of [
      describeAdd,
      describeRefusals,
      describeWithoutApi,
      describeClusterNetwork,
      describeDel,
      describeDevices,
      describeOtherVerbs,
      describeSideBySide,
    ]) {
      describeVerb(node);
    }
  });
}
