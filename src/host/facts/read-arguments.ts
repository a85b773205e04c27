// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../../cni/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { expandGlob } from "./expand-glob.ts";
import type { Machine } from "./machine.ts";
import type { Process } from "./read-processes.ts";

/** A distribution that is one program, and where its arguments are written. */
interface Program {
  readonly name: string;
  readonly units: readonly string[];
  /** A YAML file with the same arguments, and a folder with more of them. */
  readonly config?: string;
}

const programs: readonly Program[] = [
  { name: "k3s", units: ["k3s.service", "k3s-agent.service"], config: "/etc/rancher/k3s/config.yaml" },
  {
    name: "rke2",
    units: ["rke2-server.service", "rke2-agent.service"],
    config: "/etc/rancher/rke2/config.yaml",
  },
  { name: "k0s", units: ["k0scontroller.service", "k0sworker.service"] },
];

const unitFolders = [
  "/etc/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
] as const;

/**
 * The arguments of the distribution's program, those of its file first, so that the last of a name wins;
 * undefined when nobody tells them. They may hold secrets: they are no fact.
 */
export function readArguments(
  machine: Machine,
  processes: readonly Process[],
): readonly string[] | undefined {
  for (const program of programs) {
    const words = argumentsOfProgram(machine, processes, program);
    if (words !== undefined) return words;
  }
  return undefined;
}

function argumentsOfProgram(
  machine: Machine,
  processes: readonly Process[],
  { name, units, config }: Program,
): readonly string[] | undefined {
  const process = processes.find((running) => running.name === name);
  // k3s and RKE2 write over their command line: only its first word is left.
  const running = (process?.arguments.length ?? 0) > 1 ? process?.arguments : undefined;
  const unit = running ?? readUnits(machine, units, name);
  const file = config === undefined ? undefined : readConfig(machine, config);
  if (unit === undefined && file === undefined) return undefined;
  const [command, ...rest] = unit ?? process?.arguments ?? [];
  return [...(command === undefined ? [] : [command]), ...(file ?? []), ...rest];
}

function readUnits(machine: Machine, units: readonly string[], name: string): readonly string[] | undefined {
  for (const unit of units) {
    for (const folder of unitFolders) {
      const text = machine.readText(`${folder}/${unit}`);
      const words = text === undefined ? undefined : startWords(text, name);
      if (words !== undefined) return words;
    }
  }
  return undefined;
}

/** The words behind the program in ExecStart, systemd.service(5). */
export function startWords(unit: string, program: string): readonly string[] | undefined {
  const [, line] = /^ExecStart=(.+)$/m.exec(unit.replace(/\\\r?\n/g, " ")) ?? [];
  const [path, ...words] = [...(line ?? "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
  return path?.endsWith(`/${program}`) ? words : undefined;
}

function readConfig(machine: Machine, main: string): readonly string[] | undefined {
  const files = [main, ...expandGlob(machine, `${main}.d/*.yaml`)];
  const texts = files.flatMap((file) => {
    const text = machine.readText(file);
    return text === undefined ? [] : [{ file, text }];
  });
  return texts.length === 0 ? undefined : texts.flatMap(({ file, text }) => wordsOf(text, file));
}

function wordsOf(text: string, file: string): readonly string[] {
  const document = parseYaml(text, file);
  if (!isJsonObject(document)) return [];
  return Object.entries(document).flatMap(([key, value]) => {
    const values = Array.isArray(value) ? value : [value];
    // `key+` appends to what another file says.
    return values.map((one) => `--${key.replace(/\+$/, "")}=${String(one)}`);
  });
}

function parseYaml(text: string, file: string): unknown {
  try {
    return Bun.YAML.parse(text);
  } catch (error) {
    // The parser's words may quote the file, and the file may hold a token.
    throw new CannotLook(`"${file}" is no YAML`, { cause: error });
  }
}
