// SPDX-License-Identifier: Apache-2.0

/** Makes what belongs to a key once, and gives the same again; keeps at most `most`, the newest ones. */
export function remember<T>(most: number, make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const [oldest] = made.keys();
    if (made.size >= most && oldest !== undefined) made.delete(oldest);
    const fresh = make(key);
    made.set(key, fresh);
    return fresh;
  };
}
