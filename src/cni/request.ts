// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { parseJsonObject } from "./json-text.ts";
import { containerIdProblem, interfaceNameProblem } from "./names.ts";
import { readValidAttachments, type ValidAttachment } from "./valid-attachments.ts";
import { type CniVariable, type CniVerb, cniVerbs, isCniVerb } from "./verbs.ts";
import { readCniVersion } from "./version-field.ts";
import {
  type CniVersion,
  implicitCniVersion,
  isAtLeast,
  isCniVersion,
  newestCniVersion,
} from "./versions.ts";

/** What a runtime asks of us: specification 1.1.0, section 2. Absent variables are empty. */
export interface CniRequest {
  readonly verb: CniVerb;
  readonly containerId: string;
  readonly netns: string;
  readonly ifName: string;
  /** CNI_ARGS as it came. */
  readonly args: string;
  /** CNI_PATH without empty entries. */
  readonly searchPath: readonly string[];
  /** Of the configuration on standard input. */
  readonly cniVersion: CniVersion;
  readonly stdin: string;
  /** For GC only: what must stay. */
  readonly validAttachments?: readonly ValidAttachment[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads one request. Throws a CniError: code 4 for the environment, 6 for unreadable standard input, 1 for a
 * version that is unknown or too old for the verb, 7 for a GC that does not say what must stay.
 */
export function parseRequest(environment: Environment, stdin: string): CniRequest {
  const verb = parseVerb(environment.CNI_COMMAND ?? "");
  requireVariables(verb, environment);
  const containerId = environment.CNI_CONTAINERID ?? "";
  const ifName = environment.CNI_IFNAME ?? "";
  requireValid("CNI_CONTAINERID", containerId, containerIdProblem);
  requireValid("CNI_IFNAME", ifName, interfaceNameProblem);
  const config = verb === "VERSION" && stdin.trim() === "" ? {} : parseJsonObject(stdin, "standard input");
  return {
    verb,
    containerId,
    netns: environment.CNI_NETNS ?? "",
    ifName,
    args: environment.CNI_ARGS ?? "",
    searchPath: (environment.CNI_PATH ?? "").split(":").filter((dir) => dir !== ""),
    cniVersion: verb === "VERSION" ? versionAskedAbout(config) : versionThatKnows(verb, config),
    stdin,
    ...(verb === "GC" ? { validAttachments: readValidAttachments(config) } : {}),
  };
}

function parseVerb(text: string): CniVerb {
  if (isCniVerb(text)) return text;
  const known = Object.keys(cniVerbs).join(", ");
  throw new CniError(
    cniErrorCodes.invalidEnvironment,
    text === ""
      ? "reading the request: CNI_COMMAND is not set"
      : `reading the request: CNI_COMMAND "${text}" is unknown`,
    { hint: `a CNI plugin is started by a container runtime with CNI_COMMAND set to one of ${known}` },
  );
}

function requireVariables(verb: CniVerb, environment: Environment): void {
  const required: readonly CniVariable[] = cniVerbs[verb].required;
  const missing = required.filter((name) => (environment[name] ?? "") === "");
  if (missing.length === 0) return;
  throw new CniError(
    cniErrorCodes.invalidEnvironment,
    `reading the request: ${verb} needs ${missing.join(", ")} in its environment`,
    { hint: "the container runtime must set them" },
  );
}

function requireValid(
  variable: CniVariable,
  value: string,
  problemOf: (value: string) => string | undefined,
): void {
  const problem = value === "" ? undefined : problemOf(value);
  if (problem === undefined) return;
  throw new CniError(
    cniErrorCodes.invalidEnvironment,
    `reading the request: ${variable} "${value}" is invalid: ${problem}`,
  );
}

/** VERSION is how a runtime finds out what we know, so a version that we do not know is no error there. */
function versionAskedAbout(config: Record<string, unknown>): CniVersion {
  const version = config.cniVersion ?? implicitCniVersion;
  return typeof version === "string" && isCniVersion(version) ? version : newestCniVersion;
}

function versionThatKnows(verb: CniVerb, config: Record<string, unknown>): CniVersion {
  const version = readCniVersion(config, "standard input");
  const { since } = cniVerbs[verb];
  if (isAtLeast(version, since)) return version;
  throw new CniError(
    cniErrorCodes.incompatibleVersion,
    `reading the request: ${verb} exists since CNI ${since}, the configuration has cniVersion "${version}"`,
    { hint: `set cniVersion to ${since} or newer in the CNI configuration file` },
  );
}
