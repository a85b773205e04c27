// SPDX-License-Identifier: Apache-2.0
import type { Distribution } from "./distribution.ts";
import { distributions } from "./distributions.ts";
import type { Hints } from "./hints.ts";
import { parseRelease } from "./release.ts";
import { seesSign, tellSign } from "./sign.ts";

/** A distribution whose signs were seen. */
export interface Recognised {
  readonly distribution: Distribution;
  /** As it says itself; undefined when the hints do not tell. */
  readonly version: string | undefined;
  /** The signs that were seen, in words. */
  readonly why: readonly string[];
}

/**
 * What a machine is. `others` are further distributions whose signs were seen: what it was built from, such
 * as RKE2 below Harvester or kubeadm on Flatcar, or what was left behind.
 */
export type Recognition =
  | ({ readonly kind: "recognised"; readonly others: readonly Recognised[] } & Recognised)
  | { readonly kind: "unknown"; readonly reason: string };

/** Says which distribution a machine is: the first of `distributions` of which a sign is seen. */
export function recognise(hints: Hints): Recognition {
  const [first, ...others] = distributions.flatMap((distribution): readonly Recognised[] => {
    const why = whyRecognised(distribution, hints);
    return why.length === 0 ? [] : [{ distribution, version: versionOf(distribution, hints), why }];
  });
  if (first === undefined) {
    return { kind: "unknown", reason: "no sign of a distribution that Plures knows was seen" };
  }
  return { kind: "recognised", ...first, others };
}

/** The version of a distribution, as the hints have it. */
export function versionOf({ version }: Distribution, { host, node }: Hints): string | undefined {
  if (version === "kubelet") return node?.kubeletVersion ?? host?.version;
  if (version === undefined) return undefined;
  return versionIn(node?.osImage) ?? versionIn(host?.osRelease?.PRETTY_NAME) ?? host?.osRelease?.VERSION_ID;
}

function whyRecognised({ signs }: Distribution, hints: Hints): readonly string[] {
  return signs
    .filter(({ value }) => value.every((sign) => seesSign(sign, hints) === true))
    .map(({ value }) => value.map(tellSign).join(" and "));
}

function versionIn(name: string | undefined): string | undefined {
  return name?.split(/[\s()]+/).find((word) => /^v?\d/.test(word) && parseRelease(word) !== undefined);
}
