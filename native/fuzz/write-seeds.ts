// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentMessage, encodeAgentMessage } from "../../src/protocol/index.ts";

const welcome: AgentMessage = { kind: "welcome", version: 1, software: "seed" };
const answer: AgentMessage = { kind: "answer", exitCode: 0, stdout: new Uint8Array(2) };

const run = (id: number, plugin: string, searchDirs = ["/fuzz/a"]): AgentMessage => ({
  kind: "run",
  id,
  run: { timeoutMs: 100, plugin, searchDirs, environment: ["CNI_COMMAND=ADD"], stdin: Buffer.from("{}") },
});
const look = (id: number, plugin: string): AgentMessage => ({
  kind: "look",
  id,
  plugin,
  searchDirs: ["/fuzz/b"],
});
const linkDump = Uint8Array.of(32, 0, 0, 0, 18, 0, 1, 3, 7, ...new Uint8Array(23));
const defaultRoute = Uint8Array.of(
  28,
  0,
  0,
  0,
  24,
  0,
  5,
  0,
  7,
  ...new Uint8Array(7),
  2,
  ...new Uint8Array(11),
);
const netlink = (id: number, message: Uint8Array): AgentMessage => ({
  kind: "netlink",
  id,
  netns: "/run/netns/x",
  message,
});

/** What agents say, by the name of the file it goes to. */
const seeds: Readonly<Record<string, readonly AgentMessage[]>> = {
  answered: [welcome, answer],
  refused: [{ kind: "refused", reason: "no" }],
  "runs-and-looks": [welcome, look(1, "p"), run(2, "p"), run(3, "n"), { kind: "stop", id: 2 }, answer],
  netlink: [welcome, netlink(1, linkDump), netlink(2, defaultRoute), netlink(3, new Uint8Array(0)), answer],
  "what-is-refused": [welcome, run(1, "../p"), run(2, "p", ["/etc"]), run(2, "p"), answer],
  many: [welcome, ...Array.from({ length: 40 }, (_, id) => run(id, "p")), answer],
};

/** Writes the seeds of the fuzzer, and a configuration, into the folder `dir`; gives the paths. */
export function writeSeeds(dir: string): readonly string[] {
  mkdirSync(dir, { recursive: true });
  const files = Object.entries(seeds).map(([name, messages]) => ({
    path: join(dir, name),
    bytes: Buffer.concat(messages.map(encodeAgentMessage)),
  }));
  const config = '{"cniVersion":"1.0.0","binDir" : "/x","deadlineSeconds":9,"daemonSocketDir":"/y"}';
  files.push({ path: join(dir, "config"), bytes: Buffer.from(config) });
  for (const { path, bytes } of files) writeFileSync(path, bytes);
  return files.map(({ path }) => path);
}

if (import.meta.main) writeSeeds(process.argv[2] ?? "dist/shim-fuzz/seeds");
