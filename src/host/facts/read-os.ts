// SPDX-License-Identifier: Apache-2.0
import type { HostFacts, ValueOf } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";

type OperatingSystem = ValueOf<HostFacts["operatingSystem"]>;

/** In the order of os-release(5); the first that is there counts. */
const places = ["/etc/os-release", "/usr/lib/os-release"] as const;

/** The operating system, by os-release(5). Throws a CannotLook when there is none. */
export function readOperatingSystem(machine: Machine): OperatingSystem {
  return operatingSystemOf(readOsRelease(machine));
}

/** The assignments of os-release(5). Throws a CannotLook when there is none. */
export function readOsRelease(machine: Machine): Readonly<Record<string, string>> {
  for (const place of places) {
    const text = machine.readText(place);
    if (text !== undefined) return parseOsRelease(text);
  }
  throw new CannotLook(`there is no ${places.join(" and no ")}`);
}

/** Reads os-release(5): shell assignments with optional quotes; later ones win. */
export function parseOsRelease(text: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^\s*([A-Z0-9_]+)=(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, unquote(value));
  }
  return Object.fromEntries(values);
}

/** What facts tell of these assignments. */
export function operatingSystemOf(values: Readonly<Record<string, string>>): OperatingSystem {
  return {
    // os-release(5): "linux" when it is not said.
    id: values.ID ?? "linux",
    like: (values.ID_LIKE ?? "").split(/\s+/).filter((id) => id !== ""),
    version: values.VERSION_ID,
    variant: values.VARIANT_ID,
    name: values.PRETTY_NAME,
  };
}

function unquote(value: string): string {
  const [, single] = /^'([^']*)'$/.exec(value) ?? [];
  if (single !== undefined) return single;
  const [, double = value] = /^"(.*)"$/.exec(value) ?? [];
  return double.replace(/\\(["$`\\])/g, "$1");
}

/**
 * The host's name, as its kernel says, else as it is configured. Throws a CannotLook when nothing says it.
 */
export function readHostName(machine: Machine): string {
  for (const place of ["/proc/sys/kernel/hostname", "/etc/hostname"]) {
    const name = machine
      .readText(place)
      ?.split("\n")
      .map((line) => line.trim())
      .find((line) => line !== "" && !line.startsWith("#"));
    if (name !== undefined && name !== "(none)") return name;
  }
  throw new CannotLook("there is no /proc/sys/kernel/hostname and no /etc/hostname");
}
