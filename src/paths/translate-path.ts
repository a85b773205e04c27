// SPDX-License-Identifier: Apache-2.0
import { below, type HostPath, type PodPath, under } from "./absolute-path.ts";
import type { Mount, MountTable } from "./mount-table.ts";

/** What a path of a container is on the host. `image`: nothing is mounted there, it is of its image. */
export type OnHost =
  | { readonly kind: "host"; readonly path: HostPath; readonly mount: Mount }
  | { readonly kind: "volume"; readonly mount: Mount }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "image" };

/** Where a container sees a path of the host. */
export interface InPod {
  readonly path: PodPath;
  readonly mount: Mount;
}

/** Which path of the host a program in the container reaches by `path`; the deepest mount counts. */
export function toHost({ mounts }: MountTable, path: PodPath): OnHost {
  for (const mount of mounts) {
    const rest = below(mount.at, path);
    if (rest === undefined) continue;
    if (mount.source.kind === "host") {
      return { kind: "host", path: under(mount.source.path, rest), mount };
    }
    return mount.source.kind === "other"
      ? { kind: "volume", mount }
      : { kind: "unknown", reason: mount.source.reason };
  }
  return { kind: "image" };
}

/**
 * Where the container sees a path of the host: every place that no other mount hides, the nearest mount
 * first, writable before read-only. Links are not followed.
 */
export function toPod(table: MountTable, path: HostPath): readonly InPod[] {
  return table.mounts
    .flatMap((mount) => {
      if (mount.source.kind !== "host") return [];
      const rest = below(mount.source.path, path);
      return rest === undefined ? [] : [{ path: under(mount.at, rest), mount, rest }];
    })
    .filter((place) => {
      const back = toHost(table, place.path);
      return back.kind === "host" && back.path === path;
    })
    .toSorted((a, b) => a.rest.length - b.rest.length || Number(a.mount.readOnly) - Number(b.mount.readOnly))
    .map((place) => ({ path: place.path, mount: place.mount }));
}

/**
 * Whether a path of the host is the same inside the container, as a plugin has to be for the thick daemon,
 * and as the target of an absolute link has to be for it not to dangle there.
 */
export function meansTheSame(table: MountTable, path: HostPath): boolean {
  return toPod(table, path).some((place) => String(place.path) === path);
}
