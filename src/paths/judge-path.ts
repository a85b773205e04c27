// SPDX-License-Identifier: Apache-2.0
import {
  type Domain,
  type HostPath,
  type PodPath,
  tryParseHostPath,
  tryParsePodPath,
} from "./absolute-path.ts";
import type { MountTable } from "./mount-table.ts";
import { toHost, toPod } from "./translate-path.ts";

/** What is wrong with a path, by kind. */
export type PathMistake =
  /** No absolute path at all. */
  | "no-path"
  /** A part of it is there twice in a row: somebody appended a path to another that had it already. */
  | "doubled"
  /** A path of the pod where one of the host is needed. */
  | "pod-path"
  /** A path of the host where one of the pod is needed. */
  | "host-path";

/** What a configured path is. Text and mounts decide; whether it exists is for those who can look. */
export type PathVerdict =
  /** It means this on the host. */
  | { readonly kind: "on-host"; readonly host: HostPath }
  /** Of a container, and nothing of the host: its image, or a volume such as a ConfigMap. */
  | { readonly kind: "in-pod-only"; readonly where: string }
  | { readonly kind: "unknown"; readonly reason: string }
  | {
      readonly kind: "mistake";
      readonly mistake: PathMistake;
      /** One sentence, without the name of the key. */
      readonly message: string;
      readonly hint: string;
      /** What to write instead, where that is known. */
      readonly meant?: string;
    };

/** A path as it is configured. */
export interface ConfiguredPath {
  readonly text: string;
  /** Where the program that reads it lives: see pathKeys. */
  readonly domain: Domain;
  /** Mounts of the container that it belongs to; undefined where they are not known. */
  readonly table?: MountTable | undefined;
}

const noMounts: MountTable = { mounts: [], problems: [] };

/** Pods of Multus see the host below such a folder. */
const prefixOfPods = /^(?:\/host(?:root)?)+(?=\/|$)/;

/** Tells what a configured path is, and names the mistakes that are made with such paths. */
export function judgePath({ text, domain, table = noMounts }: ConfiguredPath): PathVerdict {
  const asHost = tryParseHostPath(text);
  if (asHost.kind === "problem") return { kind: "mistake", mistake: "no-path", ...asHost.problem };
  const asPod = tryParsePodPath(text);
  if (asPod.kind === "problem") return { kind: "mistake", mistake: "no-path", ...asPod.problem };
  const doubled = findDoubling(asHost.path);
  if (doubled !== undefined) return judgeDoubled({ ...doubled, text, domain, table });
  const paths = { asHost: asHost.path, asPod: asPod.path, table };
  return domain === "host" ? judgeForHost(paths) : judgeForPod(paths);
}

interface BothWays {
  readonly asHost: HostPath;
  readonly asPod: PodPath;
  readonly table: MountTable;
}

function judgeForHost({ asHost, asPod, table }: BothWays): PathVerdict {
  const seen = toHost(table, asPod);
  const meant = seen.kind === "host" ? seen.path : withoutPrefix(asHost);
  if (meant === asHost) return { kind: "on-host", host: asHost };
  return {
    kind: "mistake",
    mistake: "pod-path",
    message: `"${asHost}" is a path inside the pod, and what reads it runs on the host`,
    hint: `write "${meant}"`,
    meant,
  };
}

function judgeForPod({ asHost, asPod, table }: BothWays): PathVerdict {
  const seen = toHost(table, asPod);
  if (seen.kind === "host") return { kind: "on-host", host: seen.path };
  if (seen.kind === "unknown") return { kind: "unknown", reason: seen.reason };
  if (seen.kind === "volume") return { kind: "in-pod-only", where: `the volume "${seen.mount.volume}"` };
  const host = withoutPrefix(asHost);
  const meant = toPod(table, host)[0]?.path;
  if (meant === undefined)
    return { kind: "in-pod-only", where: "the container's image: nothing is mounted there" };
  return {
    kind: "mistake",
    mistake: "host-path",
    message:
      host === asHost
        ? `"${asHost}" is a path of the host, and what reads it runs in the pod`
        : `"${asHost}" is a path of the host behind a prefix, and nothing is mounted there in the pod`,
    hint: `write "${meant}", where the pod sees "${host}"`,
    meant,
  };
}

interface Doubled extends Doubling {
  readonly text: string;
  readonly domain: Domain;
  readonly table: MountTable;
}

function judgeDoubled({ text, part, once, domain, table }: Doubled): PathVerdict {
  const verdict = judgePath({ text: once, domain, table });
  const meant = verdict.kind === "mistake" ? (verdict.meant ?? once) : once;
  return {
    kind: "mistake",
    mistake: "doubled",
    message: `"${text}" has "${part}" in it twice`,
    hint: `write "${meant}"; whoever put it together appended an absolute path to another one`,
    meant,
  };
}

interface Doubling {
  readonly part: string;
  /** The path with the part once. */
  readonly once: string;
}

/** The longest run of two or more names that is there twice in a row. */
export function findDoubling(path: HostPath): Doubling | undefined {
  const names = path.split("/").slice(1);
  for (let length = Math.floor(names.length / 2); length >= 2; length -= 1) {
    for (let from = 0; from + 2 * length <= names.length; from += 1) {
      const part = names.slice(from, from + length);
      if (part.every((name, index) => name === names[from + length + index])) {
        const once = [...names.slice(0, from), ...names.slice(from + length)];
        return { part: `/${part.join("/")}`, once: `/${once.join("/")}` };
      }
    }
  }
  return undefined;
}

function withoutPrefix(path: HostPath): HostPath {
  const parsed = tryParseHostPath(path.replace(prefixOfPods, "") || "/");
  return parsed.kind === "path" ? parsed.path : path;
}
