// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, tryParseJsonObject } from "../../cni/index.ts";
import type { RuntimeFact } from "../../diagnosis/index.ts";
import { askSocket, grpcStatusOf } from "../ask-socket.ts";
import { type Field, fieldsOf, messagesAt, textsAt } from "../protobuf-fields.ts";
import { CannotLook } from "./cannot-look.ts";
import { textsOf } from "./parse-toml.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

const services = ["runtime.v1.RuntimeService", "runtime.v1alpha2.RuntimeService"] as const;
const patienceMs = 5000;

/** What the running runtime says of itself; keys that it does not tell are absent. */
export interface RuntimeAnswer {
  readonly name: string;
  readonly version: string;
  readonly status: NonNullable<RuntimeFact["status"]>;
  readonly confDir?: string;
  readonly binDirs?: readonly string[];
  readonly maxConfNum?: number;
}

/** Asks the runtime behind a CRI socket, `place` being its path for this process. Throws a CannotLook. */
export async function askRuntime(socket: string, place: string): Promise<RuntimeAnswer> {
  const question = { socket: place, services, timeoutMs: patienceMs };
  try {
    const version = await askSocket({ ...question, method: "Version", decode: decodeVersion });
    const verbose = Uint8Array.of(0x08, 0x01);
    const status = await askSocket({ ...question, method: "Status", request: verbose, decode: decodeStatus });
    return { ...version, ...status };
  } catch (error) {
    throw new CannotLook(
      `the runtime does not answer at "${socket}": ${refusals[grpcStatusOf(error)] ?? String(error)}`,
      { cause: error },
    );
  }
}

/** gRPC status codes. */
const refusals: Readonly<Record<number, string>> = {
  4: "no answer in time",
  7: "permission denied; run as root",
  12: "it knows neither CRI v1 nor v1alpha2",
  14: "nobody listens there, or we may not connect",
};

/** VersionResponse: `runtime_name = 2`, `runtime_version = 3`. */
function decodeVersion(message: Uint8Array): Pick<RuntimeAnswer, "name" | "version"> {
  const fields = fieldsOf(message);
  return { name: textsAt(fields, 2).at(-1) ?? "", version: textsAt(fields, 3).at(-1) ?? "" };
}

/** StatusResponse: `status = 1 { conditions = 1 }`, `info = 2`, a map of JSON texts. */
function decodeStatus(message: Uint8Array): Omit<RuntimeAnswer, "name" | "version"> {
  const fields = fieldsOf(message);
  const conditions = messagesAt(fields, 1).flatMap((status) => messagesAt(status, 1));
  const network = conditions.find((condition) => textsAt(condition, 1).at(-1) === "NetworkReady");
  const info = new Map(messagesAt(fields, 2).map((entry) => [textsAt(entry, 1)[0], textsAt(entry, 2)[0]]));
  return readInfo(info.get("cniconfig") ?? "", network ?? []);
}

/** `cniconfig` is go-cni's ConfigResult; CRI-O does not tell it. */
export function readInfo(
  cniConfig: string,
  network: readonly Field[],
): Omit<RuntimeAnswer, "name" | "version"> {
  const { PluginConfDir, PluginDirs, PluginMaxConfNum, Networks } = tryParseJsonObject(cniConfig) ?? {};
  const binDirs = textsOf(PluginDirs)?.map(withoutTrailingSlash);
  return {
    status: {
      // `status = 2`, a bool, which is left out when it is false.
      networkReady: network.some(({ number }) => number === 2),
      reason: textsAt(network, 3).at(-1) ?? "",
      message: textsAt(network, 4).at(-1) ?? "",
      loaded: (Array.isArray(Networks) ? Networks : []).flatMap(nameOfNetwork),
    },
    ...(typeof PluginConfDir === "string" ? { confDir: withoutTrailingSlash(PluginConfDir) } : {}),
    ...(binDirs === undefined ? {} : { binDirs }),
    ...(typeof PluginMaxConfNum === "number" ? { maxConfNum: PluginMaxConfNum } : {}),
  };
}

/** The loopback is no network that anybody configured. */
function nameOfNetwork(network: unknown): readonly string[] {
  const config = isJsonObject(network) && isJsonObject(network.Config) ? network.Config : {};
  return typeof config.Name === "string" && config.Name !== "cni-loopback" ? [config.Name] : [];
}
