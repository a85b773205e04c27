// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import type { PluginProcess } from "./plugin-process.ts";
import { watchPlugin } from "./watch-plugin.ts";

test("a plugin that hangs in the kernel, deaf to SIGKILL, does not hang us", async () => {
  const signals: string[] = [];
  let closed = 0;
  const stuck: PluginProcess = {
    outputs: [new ReadableStream(), new ReadableStream()],
    exited: new Promise(() => {}),
    signalGroup: (signal) => signals.push(signal),
    close: () => {
      closed += 1;
    },
  };
  const limits = { deadlineMs: 20, graceMs: 30, maxOutputBytes: 10, signal: undefined };
  const startedAt = performance.now();
  const watched = await watchPlugin(stuck, limits);
  expect(watched).toEqual({ stopped: "timed-out", end: { signal: "SIGKILL" }, stdout: "", stderr: "" });
  expect(performance.now() - startedAt).toBeWithin(1040, 2000);
  expect(signals.slice(0, 2)).toEqual(["SIGTERM", "SIGKILL"]);
  expect(closed).toBe(1);
});
