// SPDX-License-Identifier: Apache-2.0
import { type Place, readInterface, refuse } from "./annotation-values.ts";

/** Which NAD an element means, and the interface it wants. */
export interface NetworkReference {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly interface: string | undefined;
}

const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Reads `[namespace/]name[@interface]` (NPWG de-facto standard 1.3, section 4.1.2.1). */
export function parseNetworkReference(text: string, place: Place): NetworkReference {
  const hint = "write [namespace/]name[@interface], such as mv-a, storage/mv-a or mv-a@data0";
  const [path = "", interfaceName, ...moreNames] = text.split("@").map((part) => part.trim());
  const parts = path.split("/").map((part) => part.trim());
  if (moreNames.length > 0) throw refuse(place, { value: text, problem: "has more than one '@'", hint });
  if (parts.length > 2) throw refuse(place, { value: text, problem: "has more than one '/'", hint });
  const name = parts.at(-1) ?? "";
  if (name === "") throw refuse(place, { value: text, problem: "names no network", hint });
  return {
    namespace: parts.length === 2 ? readNamespace(parts[0], place) : undefined,
    name: readNetworkName(name, place),
    interface:
      interfaceName === undefined
        ? undefined
        : readInterface(interfaceName, { ...place, field: "interface" }),
  };
}

/** Reads the name of a namespace, a DNS-1123 label. */
export function readNamespace(value: unknown, place: Place): string {
  if (typeof value === "string" && label.test(value)) return value;
  throw refuse({ ...place, field: "namespace" }, notALabel(value, "is no name of a namespace", 63));
}

/** Reads the name of a NAD: an object's name, that is labels with dots between them. */
function readNetworkName(value: unknown, place: Place): string {
  const isName =
    typeof value === "string" && value.length <= 253 && value.split(".").every((part) => label.test(part));
  if (isName) return value;
  throw refuse({ ...place, field: "name" }, notALabel(value, "is no name of a network", 253));
}

function notALabel(value: unknown, problem: string, limit: number) {
  const letters = "lower-case letters, digits and '-', with a letter or digit at both ends";
  return { value, problem, hint: `write at most ${limit} ${letters}` };
}
