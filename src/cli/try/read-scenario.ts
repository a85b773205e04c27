// SPDX-License-Identifier: Apache-2.0
import type { NetworkAttachmentDefinition, Pod } from "../../attachments/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import { type ConfigText, type FoundObject, readObject } from "./read-object.ts";
import type { IgnoredObject } from "./report.ts";
import { readObjects } from "./source-document.ts";
import type { SourceText } from "./source-files.ts";

/** What the files ask for. Plain data: it travels into the sandbox as JSON. */
export interface Scenario {
  readonly pods: readonly Pod[];
  readonly networks: readonly NetworkAttachmentDefinition[];
  /** A CNI configuration for the primary network, to the byte, and where it is from. */
  readonly primary: ConfigText | undefined;
  /** A configuration of Multus, whose keys other than paths are taken over. */
  readonly multus: ConfigText | undefined;
  readonly ignored: readonly IgnoredObject[];
}

/**
 * Reads the objects of the files. Throws a CommandFailure (exit code 2) naming file, line, document and
 * field.
 */
export function readScenario(sources: readonly SourceText[]): Scenario {
  const found = sources.flatMap(readObjects).map((object, index) => readObject(object, index + 1));
  const ofKind = <K extends FoundObject["kind"]>(kind: K) =>
    found.filter((one): one is Extract<FoundObject, { kind: K }> => one.kind === kind);
  return {
    pods: withoutDoubles("Pod", ofKind("pod")),
    networks: withoutDoubles("NetworkAttachmentDefinition", ofKind("network")),
    primary: onlyOne("CNI configurations for the primary network", ofKind("primary")),
    multus: onlyOne("configurations of Multus", ofKind("multus")),
    ignored: ofKind("ignored").map(({ value }) => value),
  };
}

interface Placed<T> {
  readonly place: string;
  readonly value: T;
}

function withoutDoubles<T extends { readonly namespace: string; readonly name: string }>(
  kind: string,
  found: readonly Placed<T>[],
): readonly T[] {
  const places = new Map<string, string>();
  for (const { place, value } of found) {
    const key = `${value.namespace}/${value.name}`;
    const first = places.get(key);
    if (first !== undefined) {
      const hint = "take one of them out, or name the files one by one with -f";
      throw new CommandFailure(exitCodes.wrongInput, `${place}: ${kind} ${key} is in ${first} already`, {
        hint,
      });
    }
    places.set(key, place);
  }
  return found.map(({ value }) => value);
}

function onlyOne(what: string, found: readonly Placed<ConfigText>[]): ConfigText | undefined {
  const [first, second] = found;
  if (first === undefined || second === undefined) return first?.value;
  throw new CommandFailure(
    exitCodes.wrongInput,
    `there are two ${what}: ${first.place} and ${second.place}`,
    {
      hint: "a node has one: take one of them out, or name the files one by one with -f",
    },
  );
}
