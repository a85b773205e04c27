// SPDX-License-Identifier: Apache-2.0
import type { MountFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";

/** The first is the host's, also from inside a container that shares its processes. */
const places = ["/proc/1/mountinfo", "/proc/self/mountinfo"] as const;

/** All mounts of the machine, in the order in which they were made. Throws a CannotLook when nobody says. */
export function readAllMounts(machine: Machine): readonly MountFact[] {
  let denied: unknown;
  for (const place of places) {
    try {
      const text = machine.readText(place);
      if (text !== undefined) return parseMountInfo(text);
    } catch (error) {
      denied ??= error;
    }
  }
  throw denied ?? new CannotLook(`there is no ${places.join(" and no ")}`);
}

/**
 * The mounts that facts tell of, by path: what is mounted over is left out, and so are those of single pods
 * and containers, of which a busy host has thousands.
 */
export function mountsThatMatter(mounts: readonly MountFact[]): readonly MountFact[] {
  const uppermost = new Map(mounts.map((mount) => [mount.path, mount]));
  const kept = [...uppermost.values()].filter(({ path, filesystem }) => !isOfOnePod(path, filesystem));
  return kept.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isOfOnePod(path: string, filesystem: string): boolean {
  return (
    filesystem === "nsfs" ||
    /\/pods\/[^/]+\//.test(path) ||
    /\/(overlay2|io\.containerd[^/]*|containers\/storage)\//.test(path) ||
    /\/(rootfs|shm|userdata)$/.test(path)
  );
}

/** The mount that a path, without links, is on. */
export function mountOf(path: string, mounts: readonly MountFact[]): MountFact | undefined {
  const isOn = (mount: MountFact) =>
    mount.path === "/" || path === mount.path || path.startsWith(`${mount.path}/`);
  let best: MountFact | undefined;
  for (const mount of mounts) {
    // Of two at the same place the later one covers the earlier.
    if (isOn(mount) && mount.path.length >= (best?.path.length ?? 0)) best = mount;
  }
  return best;
}

/** Whether what is written there is lost when the machine restarts; undefined when nobody says. */
export function isVolatile(path: string, mounts: readonly MountFact[]): boolean | undefined {
  const mount = mountOf(path, mounts);
  if (mount === undefined) return undefined;
  if (mount.filesystem === "tmpfs" || mount.filesystem === "ramfs") return true;
  if (mount.filesystem !== "overlay") return false;
  const upper = mount.options.find((option) => option.startsWith("upperdir="))?.slice("upperdir=".length);
  const below = upper === undefined ? undefined : mountOf(upper, mounts);
  return below !== undefined && (below.filesystem === "tmpfs" || below.filesystem === "ramfs");
}

/** Reads mountinfo, proc(5). Lines that are none are left out. */
export function parseMountInfo(text: string): readonly MountFact[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [root, path, own] = fields.slice(3, 6);
    const [filesystem, source, superOptions = ""] = fields.slice(dash + 1);
    if (dash === -1 || root === undefined || path === undefined || own === undefined) return [];
    if (filesystem === undefined || source === undefined) return [];
    const options = [...new Set([...own.split(","), ...superOptions.split(",")])].filter(
      (word) => word !== "",
    );
    return [
      {
        path: withoutOctal(path),
        filesystem,
        source: withoutOctal(source),
        root: withoutOctal(root),
        readOnly: own.split(",").includes("ro") || superOptions.split(",").includes("ro"),
        options: options.filter((option) => !isSecret(option)),
        propagation: propagationOf(fields.slice(6, dash)),
      },
    ];
  });
}

/** Mounts of a network file system may have a password among their options. */
function isSecret(option: string): boolean {
  return /^(pass\w*|password|secret\w*|credentials|key|user(name)?)=/i.test(option);
}

function propagationOf(tags: readonly string[]): MountFact["propagation"] {
  const has = (name: string) => tags.some((tag) => tag === name || tag.startsWith(`${name}:`));
  if (has("unbindable")) return "unbindable";
  if (has("shared")) return has("master") ? "shared-slave" : "shared";
  return has("master") ? "slave" : "private";
}

/** Spaces and the like are written as three octal digits. */
function withoutOctal(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
