// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { factsOf, knownOf } from "./builders.ts";
import type { Fields } from "./object-fields.ts";

const core = { apiVersion: "v1" };

describe("events", () => {
  const event = (rest: Fields) => ({
    ...core,
    kind: "Event",
    metadata: { name: "e", namespace: "a" },
    type: "Warning",
    involvedObject: { kind: "Pod", namespace: "a", name: "p" },
    ...rest,
  });

  test.each<[string, Fields, boolean]>([
    ["a sandbox that cannot be made", { reason: "FailedCreatePodSandBox" }, true],
    ["a warning of Multus", { reason: "NoNetworkFound", source: { component: "multus" } }, true],
    ["a warning of Plures", { reason: "X", reportingComponent: "plures" }, true],
    ["an image that cannot be pulled", { reason: "Failed" }, false],
    [
      "an interface that was added",
      { type: "Normal", reason: "AddedInterface", source: { component: "multus" } },
      false,
    ],
  ])("%s: %p", async (_, rest, matters) => {
    const facts = await factsOf({ objects: [event(rest)], listedKinds: ["Event"] });
    expect(knownOf(facts.events).length).toBe(matters ? 1 : 0);
  });

  test("those about the pods of a Multus, whatever they say", async () => {
    const daemonSet = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "m", namespace: "a" },
      spec: { template: { spec: { containers: [{ command: ["/thin_entrypoint"] }] } } },
    };
    const about = (name: string) =>
      event({
        reason: "BackOff",
        metadata: { name: `${name}.1` },
        involvedObject: { kind: "Pod", namespace: "a", name },
      });
    const facts = await factsOf({
      objects: [daemonSet, about("m-x7k2p"), about("m-other-x7k2p"), about("n")],
    });
    expect(knownOf(facts.events).map(({ name }) => name)).toEqual(["m-x7k2p"]);
  });

  test("times of both APIs of events, and no password of a message", async () => {
    const message = 'StdinData: {\\"password\\":\\"hunter2\\"} and {"token":"hunter2"}';
    const series = event({
      reason: "FailedCreatePodSandBox",
      message,
      eventTime: "2026-01-02T00:00:00Z",
      series: { count: 7, lastObservedTime: "2026-01-03T00:00:00Z" },
    });
    const [found] = knownOf((await factsOf({ objects: [series] })).events);
    expect(found).toMatchObject({
      count: 7,
      firstSeen: "2026-01-02T00:00:00Z",
      lastSeen: "2026-01-03T00:00:00Z",
    });
    expect(found?.message).not.toContain("hunter2");
  });
});
