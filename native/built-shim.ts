// SPDX-License-Identifier: Apache-2.0
import { copyFileSync } from "node:fs";
import { join } from "node:path";

/** How tools/build-shim.sh builds. */
export type ShimKind = "x64" | "arm64" | "sanitized";

const root = join(import.meta.dir, "..");
const built = new Set<ShimKind>();

/** Puts the shim of that kind, which was built, into a folder; gives how to start it. */
export function installShim(kind: ShimKind, dir: string): readonly string[] {
  if (!built.has(kind)) throw new Error(`the shim for ${kind} was not built`);
  const shim = join(dir, "multus");
  copyFileSync(fileOf(kind), shim);
  return [shim];
}

const fileOf = (kind: ShimKind): string => join(root, "dist", `shim-under-test-${kind}`);

/** Builds the shim from the sources as they are; to be called outside of tests, whose time it would take. */
export function buildShim(kind: ShimKind): void {
  if (built.has(kind)) return;
  const { exitCode, stderr } = Bun.spawnSync([join(root, "tools/build-shim.sh"), kind, fileOf(kind)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (exitCode !== 0) throw new Error(`building the shim for ${kind}: ${stderr.toString()}`);
  built.add(kind);
}
