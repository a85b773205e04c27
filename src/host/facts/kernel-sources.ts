// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from "node:zlib";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";

/** What says how the kernel was built and what it has loaded; undefined is what could not be read. */
export interface KernelSources {
  readonly release: string;
  readonly loaded: KernelSource | undefined;
  readonly builtIn: KernelSource | undefined;
  readonly modules: KernelSource | undefined;
  readonly options: KernelSource | undefined;
  /** Why a source is missing. */
  readonly missing: readonly string[];
}

export interface KernelSource {
  readonly place: string;
  readonly text: string;
}

/** Reads what there is; what cannot be read is missing, with the reason. */
export function readKernelSources(machine: Machine, release: string): KernelSources {
  const missing: string[] = [];
  const first = (places: readonly string[], read = readPlain): KernelSource | undefined => {
    for (const place of places) {
      try {
        const text = read(machine, place);
        if (text !== undefined) return { place, text };
      } catch (error) {
        missing.push(whyNot(`"${place}"`, error));
      }
    }
    missing.push(`there is no ${places[0] ?? ""}`);
    return undefined;
  };
  const folders = moduleFolders(release);
  return {
    release,
    loaded: first(["/proc/modules"]),
    builtIn: first(folders.map((folder) => `${folder}/modules.builtin`)),
    modules: first(folders.map((folder) => `${folder}/modules.dep`)),
    options: first(
      ["/proc/config.gz", `/boot/config-${release}`, ...folders.map((folder) => `${folder}/config`)],
      readMaybePacked,
    ),
    missing,
  };
}

/** NixOS has the modules of the running kernel in a place of its own. */
function moduleFolders(release: string): readonly string[] {
  return [
    `/lib/modules/${release}`,
    `/usr/lib/modules/${release}`,
    `/run/booted-system/kernel-modules/lib/modules/${release}`,
  ];
}

function readPlain(machine: Machine, place: string): string | undefined {
  return machine.readText(place);
}

function readMaybePacked(machine: Machine, place: string): string | undefined {
  const bytes = machine.readBytes(place);
  if (bytes === undefined) return undefined;
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isPacked ? gunzipSync(bytes) : bytes).toString("utf8");
}
