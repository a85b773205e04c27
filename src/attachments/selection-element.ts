// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../cni/index.ts";
import { type Place, readInterface, readText, refuse } from "./annotation-values.ts";
import { parseNetworkReference, readNamespace } from "./network-reference.ts";
import { selectionFields } from "./selection-fields.ts";
import { type NetworkSelection, plainSelection } from "./selection-types.ts";

/** Reads one element of a JSON list; `namespace` is for one that names none. Throws a CniError (code 7). */
export function readSelectionElement(element: unknown, place: Place, namespace: string): NetworkSelection {
  if (typeof element === "string") {
    const problem = "mixes a JSON list with a comma list";
    throw refuse(place, { value: element, problem, hint: `write {"name": ${JSON.stringify(element)}}` });
  }
  if (!isJsonObject(element)) {
    throw refuse(place, { value: element, problem: "is no object", hint: 'write {"name": "mv-a"}' });
  }
  const fields = fieldsByKnownName(element, place);
  const known = Object.entries(selectionFields).flatMap(([key, read]) => {
    const value = fields.get(key);
    return value === undefined ? [] : [read(value, { ...place, field: key })];
  });
  return {
    ...plainSelection(readElementNamespace(fields, place) ?? namespace, readElementName(fields, place).name),
    ...Object.assign({}, ...known),
    ...readOldInterface(fields, place),
    unknownKeys: Object.keys(element).filter((key) => !knownNames.has(key.toLowerCase())),
  };
}

/** The key that upstream had before the specification named it `interface`. */
const oldInterfaceKey = "interfaceRequest";

const knownNames = new Map(
  [...Object.keys(selectionFields), "name", "namespace", oldInterfaceKey].map((key) => [
    key.toLowerCase(),
    key,
  ]),
);

/** The values by the specification's name of their keys; null and "" are as good as absent, as Go has it. */
function fieldsByKnownName(element: Record<string, unknown>, place: Place): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(element)) {
    const name = knownNames.get(key.toLowerCase());
    if (name === undefined || value === null || value === "") continue;
    if (fields.has(name)) {
      throw refuse(
        { ...place, field: name },
        { value: key, problem: "is there twice", hint: "keep one of them" },
      );
    }
    fields.set(name, value);
  }
  return fields;
}

function readElementName(fields: ReadonlyMap<string, unknown>, place: Place) {
  const name = readText(fields.get("name"), { ...place, field: "name" });
  const reference = parseNetworkReference(name, place);
  if (reference.interface === undefined) return reference;
  const hint = `write "interface": "${reference.interface}" beside "name": "${name.split("@")[0]}"`;
  throw refuse({ ...place, field: "name" }, { value: name, problem: "has an interface in it", hint });
}

/** A namespace may stand in its own key or, as users expect from the other form, before the name. */
function readElementNamespace(fields: ReadonlyMap<string, unknown>, place: Place): string | undefined {
  const inName = readElementName(fields, place).namespace;
  const given = fields.get("namespace");
  if (given === undefined) return inName;
  const namespace = readNamespace(given, place);
  if (inName === undefined || inName === namespace) return namespace;
  const problem = `is not the namespace "${inName}" that stands before the name`;
  throw refuse({ ...place, field: "namespace" }, { value: namespace, problem, hint: "keep one of them" });
}

function readOldInterface(fields: ReadonlyMap<string, unknown>, place: Place): Partial<NetworkSelection> {
  const value = fields.get(oldInterfaceKey);
  if (value === undefined) return {};
  const old = readInterface(value, { ...place, field: oldInterfaceKey });
  const current = fields.get("interface");
  if (current === undefined || current === old) return { interface: old };
  const problem = `is not the interface ${JSON.stringify(current)}`;
  throw refuse({ ...place, field: oldInterfaceKey }, { value, problem, hint: 'keep "interface"' });
}
