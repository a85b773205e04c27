// SPDX-License-Identifier: Apache-2.0
import type { MultusConfigFact, MultusFacts, ValueOf } from "../../diagnosis/index.ts";
import type { Machine } from "./machine.ts";
import { pathsOfSetting } from "./paths-of-setting.ts";

type CacheFolder = ValueOf<MultusFacts["cache"]>[number];

/** Where Multus keeps records; `cniDir` of its configuration may name another folder. */
const cniDir = "/var/lib/cni/multus";

/** The folders in which Multus, libcni and Plures keep what pods got: how many files, how old. */
export function readCache(machine: Machine, configs: readonly MultusConfigFact[]): readonly CacheFolder[] {
  const own = new Set([cniDir, ...pathsOfSetting(configs, "cniDir")]);
  const rows = [...own].flatMap((path) => [
    { path, role: "multus" as const },
    { path: `${path}/results`, role: "libcni" as const },
    { path: `${path}/plures/journal`, role: "plures" as const },
  ]);
  return [...rows, { path: "/var/lib/cni/results", role: "libcni" as const }].map((row) =>
    readCacheFolder(machine, row),
  );
}

function readCacheFolder(machine: Machine, row: Pick<CacheFolder, "path" | "role">): CacheFolder {
  const names = machine.list(row.path);
  if (names === undefined) return { ...row, exists: false, entries: 0 };
  const looks = names.flatMap((name) => machine.look(`${row.path}/${name}`) ?? []);
  const files = looks.filter(({ kind }) => kind === "file").map(({ modified }) => modified.getTime());
  const oldest = files.length === 0 ? undefined : new Date(Math.min(...files)).toISOString();
  return { ...row, exists: true, entries: files.length, oldest };
}
