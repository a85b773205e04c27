// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { bounded } from "./bounded.ts";

const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    if (signal.aborted) resolve(signal.reason.name);
    signal.addEventListener("abort", () => resolve(signal.reason.name));
  });

test("work ends with the time, with the signal, or at once when that has come", async () => {
  const { signal } = new AbortController();
  expect(await bounded({ signal, ms: 5 }, untilAborted)).toBe("TimeoutError");
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  expect(await bounded({ signal: controller.signal, ms: 5_000 }, untilAborted)).toBe("AbortError");
  expect(await bounded({ signal: controller.signal, ms: 5_000 }, untilAborted)).toBe("AbortError");
});

test("what the work gives or throws comes through, and it is not ended afterwards", async () => {
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  const bounds = { signal: controller.signal, ms: 20 };
  expect(await bounded(bounds, async (signal) => signals.push(signal))).toBe(1);
  await expect(bounded(bounds, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await Bun.sleep(40);
  controller.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});
