#!/usr/bin/env bun
// SPDX-License-Identifier: Apache-2.0
// An API server double as a program, for end-to-end tests:
//   main.ts [--objects FILE]... [--users FILE] [--faults FILE] [--kubeconfig-out FILE] [--requests-out FILE]
// Prints its URL and serves until SIGTERM or SIGINT. Files are JSON; objects are one object, a List, or an
// array.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { User } from "./access-control.ts";
import { isJson } from "./api-object.ts";
import type { PlannedFault } from "./faults.ts";
import { startApiServer } from "./server.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      objects: { type: "string", multiple: true, default: [] },
      users: { type: "string" },
      faults: { type: "string" },
      "kubeconfig-out": { type: "string" },
      "requests-out": { type: "string" },
    },
  });
  const objects = (await Promise.all(values.objects.map(readObjects))).flat();
  const users: User[] | undefined = values.users === undefined ? undefined : await readJson(values.users);
  const server = await startApiServer({ objects, ...(users === undefined ? {} : { users }) });
  const faults: PlannedFault[] = values.faults === undefined ? [] : await readJson(values.faults);
  for (const fault of faults) server.faults.plan(fault);
  const kubeconfig = values["kubeconfig-out"];
  if (kubeconfig !== undefined) {
    const [token] = users?.[0]?.tokens ?? [];
    const text = server.kubeconfig(token === undefined ? {} : { user: { token } });
    await writeFile(kubeconfig, text, { mode: 0o600 });
    // The mode above counts only for a new file.
    await chmod(kubeconfig, 0o600);
  }
  process.stdout.write(`${server.url}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  await server.stop();
  const requests = values["requests-out"];
  if (requests !== undefined) await writeFile(requests, JSON.stringify(server.requests));
}

async function readObjects(path: string): Promise<readonly unknown[]> {
  const parsed: unknown = await readJson(path);
  if (Array.isArray(parsed)) return parsed;
  return isJson(parsed) && Array.isArray(parsed.items) ? parsed.items : [parsed];
}

// The files are written by tests, which know their types.
async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8"));
}

await main();
