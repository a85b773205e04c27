// SPDX-License-Identifier: Apache-2.0
import { copyFileSync } from "node:fs";
import { join } from "node:path";

/** How tools/build-shim.sh builds. */
export type ShimKind = "x64" | "arm64" | "sanitized";

const root = join(import.meta.dir, "..");
const built = new Set<ShimKind>();

/** Puts the shim of that kind, built from the sources as they are, into a folder; gives how to start it. */
export function installShim(kind: ShimKind, dir: string): readonly string[] {
  const file = join(root, "dist", `shim-under-test-${kind}`);
  if (!built.has(kind)) build(kind, file);
  const shim = join(dir, "multus");
  copyFileSync(file, shim);
  return [shim];
}

function build(kind: ShimKind, file: string): void {
  const { exitCode, stderr } = Bun.spawnSync([join(root, "tools/build-shim.sh"), kind, file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (exitCode !== 0) throw new Error(`building the shim for ${kind}: ${stderr.toString()}`);
  built.add(kind);
}
