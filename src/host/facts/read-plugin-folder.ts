// SPDX-License-Identifier: Apache-2.0
import {
  type Fact,
  known,
  type MountFact,
  notApplicable,
  type PluginFact,
  type PluginFolderFact,
  unknown,
} from "../../diagnosis/index.ts";
import { createPluginRunner } from "../run-plugin.ts";
import { mayBeAsked } from "./known-plugins.ts";
import { lookForNow } from "./look-for.ts";
import { headLength, lookIntoProgram } from "./look-into-program.ts";
import type { Machine } from "./machine.ts";
import { tellFile } from "./tell-file.ts";
import { tellFolder } from "./tell-folder.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

/** Says which CNI versions a plugin speaks. */
export type AskVersions = (plugin: string, folder: string) => Promise<Fact<readonly string[]>>;

/** A folder has some twenty plugins; a container runtime runs as many at once. */
const atOnce = 4;
const patienceMs = 5000;

/**
 * A folder of CNI plugins: what each entry is, and the versions that it speaks. Throws a CannotLook when the
 * folder cannot be looked at.
 */
export async function readPluginFolder(
  machine: Machine,
  path: string,
  {
    mounts,
    askVersions,
  }: { readonly mounts: readonly MountFact[] | undefined; readonly askVersions: AskVersions },
): Promise<PluginFolderFact> {
  const folder = withoutTrailingSlash(path);
  const names = (machine.list(folder) ?? []).filter(
    (name) => machine.look(`${folder}/${name}`)?.kind !== "folder",
  );
  const plugins: PluginFact[] = [];
  for (let start = 0; start < names.length; start += atOnce) {
    const some = names.slice(start, start + atOnce);
    plugins.push(
      ...(await Promise.all(some.map((name) => readPlugin(machine, { folder, name, askVersions })))),
    );
  }
  return { ...tellFolder(machine, path, mounts), plugins };
}

interface Entry {
  readonly folder: string;
  readonly name: string;
  readonly askVersions: AskVersions;
}

async function readPlugin(machine: Machine, { folder, name, askVersions }: Entry): Promise<PluginFact> {
  const path = `${folder}/${name}`;
  const look = machine.look(path);
  if (look === undefined) {
    return { path, kind: "other", name, executable: false, versions: unknown(`"${path}" has gone`) };
  }
  const executable = look.kind === "file" && (look.mode & 0o111) !== 0;
  const head = lookForNow(`"${path}"`, () =>
    look.kind === "file" ? machine.readHead(path, headLength) : undefined,
  );
  const program = head.kind === "known" && head.value !== undefined ? lookIntoProgram(head.value) : {};
  const isProgram = executable && (program.format === "elf" || program.format === "script");
  return {
    ...tellFile(path, look),
    name,
    executable,
    ...program,
    versions: isProgram
      ? await askVersions(name, folder)
      : unknown(`"${path}" is no program that can be run`),
  };
}

/**
 * Asks the plugins of this machine by running them with VERSION; those of a recorded machine are never run,
 * nor a program of which nobody says that it is a plugin. `configured` are the types in configurations.
 */
export function versionsByRunning(machine: Machine, configured: ReadonlySet<string>): AskVersions {
  if (!machine.live) {
    return async () => notApplicable("plugins of a recorded machine are not run");
  }
  const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  const runner = createPluginRunner({ deadline: () => patienceMs, environment });
  return async (plugin, folder) => {
    const place = machine.placeOf(folder);
    if (place === undefined) return unknown(`there is no "${folder}"`);
    if (!mayBeAsked(plugin, configured)) {
      return unknown(`"${folder}/${plugin}" is not known as a CNI plugin, so it was not run`);
    }
    const versions = await runner.supportedVersions(plugin, [place]);
    return versions === undefined
      ? unknown(`"${folder}/${plugin}" gives no usable answer to VERSION`)
      : known(versions);
  };
}
