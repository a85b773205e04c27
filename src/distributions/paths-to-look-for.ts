// SPDX-License-Identifier: Apache-2.0
import { type HostPath, parseHostPath } from "../paths/index.ts";
import { pathsThatDecide } from "./choose-layout.ts";
import { distributions } from "./distributions.ts";
import type { HostHints } from "./hints.ts";

/**
 * All paths of a host whose being there tells which distribution and which layout it has: the keys of
 * `HostHints.there`. With arguments that move a data directory, those in it as well.
 */
export function pathsToLookFor(host: Pick<HostHints, "arguments"> = {}): readonly HostPath[] {
  const signs = distributions.flatMap((distribution) =>
    distribution.signs.flatMap(({ value }) =>
      value.flatMap((sign) => (sign.kind === "path" ? [parseHostPath(sign.path)] : [])),
    ),
  );
  const deciding = distributions.flatMap((distribution) =>
    pathsThatDecide(distribution, { host: { there: {}, ...host } }),
  );
  return [...new Set([...signs, ...deciding])];
}
