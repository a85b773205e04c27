// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { aResult } from "./builders.ts";
import { addedInterfaceEvent, noNetworkFoundEvent } from "./events.ts";
import recordedEvents from "./fixtures/recorded-events.json";
import recordedState from "./fixtures/recorded-multus-state.json";
import { entryFromMultusCache } from "./multus-cache.ts";

test.each(recordedEvents.filter(({ pod }) => recordedState.some((state) => state.pod === pod)))(
  "$pod: $message",
  ({ pod, message }) => {
    const state = recordedState.find((each) => each.pod === pod);
    if (state === undefined) throw new Error("the fixtures do not fit together");
    const files = { delegates: state.delegates, results: Object.values(state.results) };
    const { plan, results } = entryFromMultusCache(files, { containerId: state.containerId, ifName: "eth0" });
    const events = plan.attachments.map((each, index) =>
      addedInterfaceEvent(each, results.get(index) ?? aResult()),
    );
    expect(events).toContainEqual({ type: "Normal", reason: "AddedInterface", message });
  },
);

test.each([
  [[], "cannot find a network-attachment-definition (mv-a) in namespace (web)"],
  [
    ["default", "x"],
    "cannot find a network-attachment-definition (mv-a) in namespace (web); there is one in namespace default, x",
  ],
])("a NAD that is nowhere but in %j", (elsewhere, message) => {
  expect(noNetworkFoundEvent({ namespace: "web", name: "mv-a" }, elsewhere)).toEqual({
    type: "Warning",
    reason: "NoNetworkFound",
    message,
  });
});
