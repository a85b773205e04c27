// SPDX-License-Identifier: Apache-2.0

/**
 * Does work under a signal that comes with `signal`, or after `ms` (as a TimeoutError), and leaves nothing
 * behind: `AbortSignal.timeout` and `AbortSignal.any` would live on for the rest of the time.
 */
export async function bounded<T>(
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => controller.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  const late = (): void => controller.abort(new DOMException("no answer in time", "TimeoutError"));
  const timer = setTimeout(late, ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
