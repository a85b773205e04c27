// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";

/** Where distributions install the plugins; the first that holds `bridge` is meant. */
const pluginDirs = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

function pluginDir(): string {
  const found = pluginDirs.find((dir) => existsSync(join(dir, "bridge")));
  if (found !== undefined) return found;
  throw new Error(`looking for CNI plugins in ${pluginDirs.join(", ")}: install containernetworking-plugins`);
}

/** Makes `dir` a folder of CNI plugins: links to all of this host's. */
export async function makePluginDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const names = await readdir(pluginDir());
  await Promise.all(names.map((name) => symlink(join(pluginDir(), name), join(dir, name))));
}

/** Copies these of this host's plugins to `dir`, for a node that has other folders than the host. */
export async function copyPlugins(dir: string, names: readonly string[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  await Promise.all(names.map((name) => copyFile(join(pluginDir(), name), join(dir, name))));
}

/**
 * Adds a plugin called `<plugin>-recorded` to `dir`, where `plugin` is: it keeps every request's `CNI_*`
 * environment in `recordDir`, one file per run, and hands on to `plugin`.
 */
export async function addRecordedPlugin(dir: string, plugin: string, recordDir: string): Promise<void> {
  await mkdir(recordDir, { recursive: true });
  const path = join(dir, `${plugin}-recorded`);
  const script = `#!/bin/sh\nenv | grep ^CNI_ > "${recordDir}/$$"\nexec "\${0%/*}/${plugin}"\n`;
  await Bun.write(path, script);
  await chmod(path, 0o755);
}

/** The recorded environments, in the order of the requests. */
export async function recordedRequests(
  recordDir: string,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const names = (await readdir(recordDir)).sort((a, b) => Number(a) - Number(b));
  const texts = await Promise.all(names.map((name) => Bun.file(join(recordDir, name)).text()));
  return texts.map((text) => Object.fromEntries(text.trim().split("\n").map(keyAndValue)));
}

function keyAndValue(line: string): readonly [string, string] {
  const equals = line.indexOf("=");
  return [line.slice(0, equals), line.slice(equals + 1)];
}

/** Writes a CNI configuration as `file`, named like `10-name.conflist`, into `dir`. */
export async function writeConfig(dir: string, file: string, config: unknown): Promise<void> {
  await mkdir(dir, { recursive: true });
  await Bun.write(join(dir, file), JSON.stringify(config, undefined, 2));
}
