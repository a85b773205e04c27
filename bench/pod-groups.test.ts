// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { agentNode } from "./agent-process.ts";
import { allPods, isOfAgent, planPods } from "./pod-groups.ts";
import { wayTitles } from "./ways.ts";

const planned = planPods(3);

test("every way has its pods, and every pod is another one", () => {
  const ways: readonly string[] = planned.inTurns.map(({ way }) => way);
  expect(ways.toSorted()).toEqual(Object.keys(wayTitles).toSorted());
  const ids = allPods(planned).map(({ containerId }) => containerId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(1 + 3 * (7 + 2 * 6));
});

test("the second crowds come the other way round", () => {
  const ways = planned.crowds.map(({ way }) => way);
  expect(ways.slice(6)).toEqual(ways.slice(0, 6).toReversed());
});

test("the agent's node has the pods of the agent's ways, and no other", () => {
  for (const group of [...planned.inTurns, ...planned.crowds]) {
    const ofAgent = group.pods.map(({ node }) => node === agentNode);
    expect(ofAgent).toEqual([isOfAgent(group), isOfAgent(group), isOfAgent(group)]);
  }
});
