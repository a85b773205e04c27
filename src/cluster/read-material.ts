// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from "node:fs";
import { CniError, cniErrorCodes } from "../cni/index.ts";

/** A file and what it is to us: `kubeconfig`, `tokenFile`, `certificate-authority`. */
export interface NamedFile {
  readonly path: string;
  readonly field: string;
  /** The way out when it is not there. */
  readonly missingHint: string;
}

/** The file's text. Throws a CniError (code 11) that names it when it is missing, unreadable or empty. */
export async function readNamedFile(file: NamedFile): Promise<string> {
  let text: string;
  try {
    // Synchronous: there is nothing else to do meanwhile, and it spares the plugin a thread pool and an
    // import.
    text = readFileSync(file.path, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
  if (text.trim() !== "") return text;
  throw problem(
    file,
    "it is empty",
    `${file.missingHint}; it may be in the middle of being written`,
    undefined,
  );
}

/** The same for a PEM file: there must be a PEM block in it. */
export async function readPemFile(file: NamedFile): Promise<string> {
  const text = await readNamedFile(file);
  if (text.includes("-----BEGIN ")) return text;
  throw problem(file, "there is no PEM block in it", "it must be a PEM file (-----BEGIN ...)", undefined);
}

function unreadable(file: NamedFile, error: unknown): CniError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return problem(file, "no such file", missingHint(file), error);
    case "EISDIR":
      return problem(file, "it is a folder", "name the file in it", error);
    case "EACCES":
    case "EPERM":
      return problem(
        file,
        `permission denied${describeMode(file.path)}`,
        "make it readable for this user",
        error,
      );
    default:
      return problem(
        file,
        code === undefined ? "reading failed" : `reading failed (${code})`,
        "see the cause",
        error,
      );
  }
}

function missingHint(file: NamedFile): string {
  if (!file.path.startsWith("/host/")) return file.missingHint;
  const onHost = file.path.slice("/host".length);
  return `/host exists only inside a pod of Multus: on the host this is ${JSON.stringify(onHost)}`;
}

function describeMode(path: string): string {
  try {
    const { mode, uid } = statSync(path);
    return ` (mode ${(mode & 0o7777).toString(8).padStart(4, "0")}, owner ${uid})`;
  } catch {
    return "";
  }
}

function problem(file: NamedFile, what: string, hint: string, cause: unknown): CniError {
  const message = `cannot read ${file.field} ${JSON.stringify(file.path)}: ${what}`;
  return new CniError(cniErrorCodes.tryAgainLater, message, { hint, cause });
}
