// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, unlinkSync } from "node:fs";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { Devices } from "../verbs/ports.ts";
import { removeAbandonedTemporaries, writeAtomically } from "./atomic-write.ts";
import { fileFailure, isAbsence } from "./file-failure.ts";
import { folderOf } from "./path-parts.ts";

/**
 * Where the NPWG device information specification puts its files; `dp/` is written by device plugins, `cni/`
 * by us.
 */
const deviceInfoFolder = "/var/run/k8s.cni.cncf.io/devinfo";

/**
 * The device info files of this host. Failures are CniErrors: code 5 for the file system, 6 for a file that
 * is no JSON.
 */
export function createDeviceInfoFiles(
  baseDir = deviceInfoFolder,
): Pick<Devices, "provideInfo" | "readInfo" | "removeInfo"> {
  return {
    provideInfo: async ({ resourceName, deviceId, infoFile }) => {
      const source = devicePluginFile(baseDir, resourceName, deviceId);
      const text = readText(source);
      if (text === undefined) return false;
      // A copy that the CNI plugin cannot parse would fail there, far from its cause.
      parseInfo(text, source);
      writeInfo(infoFile, text);
      return true;
    },
    readInfo: async (infoFile) => {
      const text = readText(infoFile);
      return text === undefined ? undefined : parseInfo(text, infoFile);
    },
    removeInfo: async (infoFile) => removeFile(infoFile),
  };
}

/** Device plugin and meta-plugin never talk to each other, so the name follows from resource and device. */
function devicePluginFile(baseDir: string, resourceName: string, deviceId: string): string {
  const flat = (name: string): string => name.replaceAll("/", "-");
  return `${baseDir}/dp/${flat(resourceName)}-${flat(deviceId)}-device.json`;
}

function writeInfo(path: string, text: string): void {
  try {
    mkdirSync(folderOf(path), { recursive: true, mode: 0o755 });
    removeAbandonedTemporaries(folderOf(path));
    writeAtomically({ path, text, mode: 0o444, durable: false });
  } catch (error) {
    throw fileFailure("writing the device info file", path, error);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw fileFailure("reading the device info file", path, error);
  }
}

function parseInfo(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CniError(
      cniErrorCodes.decodingFailure,
      `reading the device info file "${path}": it is no JSON`,
      {
        hint: "restart the device plugin that wrote it, or the pod whose CNI plugin did",
        cause: error,
      },
    );
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw fileFailure("removing the device info file", path, error);
  }
}
