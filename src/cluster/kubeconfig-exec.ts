// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../cni/index.ts";
import { AccessProblem } from "./access-problem.ts";
import {
  pathFrom,
  readFlag,
  readList,
  readRequired,
  readSection,
  readText,
  type Section,
} from "./kubeconfig-section.ts";

/** An exec plugin as a kubeconfig describes it (client.authentication.k8s.io). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  readonly installHint: string | undefined;
}

const execVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Reads how a user signs in by a program, undefined when it does not. Throws an AccessProblem. */
export function readExec(user: Section, folder: string): ExecPlugin | undefined {
  const exec = readSection(user, "exec", `${user.title} exec`);
  if (exec === undefined) return undefined;
  const apiVersion = readRequired(exec, "apiVersion");
  if (!execVersions.includes(apiVersion)) {
    throw new AccessProblem(`${exec.title}: apiVersion ${JSON.stringify(apiVersion)} is not supported`, {
      hint: `use one of ${execVersions.join(", ")}`,
      at: [...exec.at, "apiVersion"],
    });
  }
  if (readText(exec, "interactiveMode") === "Always") {
    throw new AccessProblem(
      `${exec.title}: interactiveMode Always needs a terminal, and there is none here`,
      {
        hint: "use interactiveMode Never, or a token",
        at: [...exec.at, "interactiveMode"],
      },
    );
  }
  const command = readRequired(exec, "command");
  return {
    apiVersion,
    // As in client-go: a bare name is looked up in PATH, a relative path starts at the kubeconfig.
    command: command.includes("/") ? pathFrom(folder, command) : command,
    args: readList(exec, "args").map((arg) => String(arg)),
    env: readEnvironment(exec),
    provideClusterInfo: readFlag(exec, "provideClusterInfo"),
    installHint: readText(exec, "installHint"),
  };
}

function readEnvironment(exec: Section): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [index, entry] of readList(exec, "env").entries()) {
    const at = [...exec.at, "env", index];
    const section: Section = { title: `${exec.title} env`, at, fields: isJsonObject(entry) ? entry : {} };
    environment[readRequired(section, "name")] = readText(section, "value") ?? "";
  }
  return environment;
}
