// SPDX-License-Identifier: Apache-2.0

/** How long a test waits for the shim before it says so. */
const patienceMs = 8000;

/** `work`, or an error that names what did not come in time. */
export async function within<T>(what: string, work: Promise<T>, milliseconds = patienceMs): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms for ${what}`)), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
