// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createScriptedAgent, type ScriptedAgent } from "../testing/shim-contract/scripted-agent.ts";
import { type AgentQuestion, askAgent } from "./ask-agent.ts";

// What whole shims do is in shim-contract.test.ts; here is what they cannot be brought to do in a short test.

let socketDir: string;
let agent: ScriptedAgent;
beforeEach(async () => {
  socketDir = mkdtempSync(`${tmpdir()}/plures-ask-`);
  agent = await createScriptedAgent(socketDir);
});
afterEach(() => {
  agent.close();
  rmSync(socketDir, { recursive: true });
});

const question = (changes: { patienceMs?: number; cancelled?: AbortSignal }): AgentQuestion => ({
  socketDir,
  opening: { kind: "sweep", patienceMs: changes.patienceMs ?? 60_000, searchDirs: [] },
  searchDirs: [],
  foldersFile: "",
  software: "a test 1.0",
  cancelled: changes.cancelled ?? new AbortController().signal,
});

test("a request that the runtime ended before the agent heard of it is cancelled all the same", async () => {
  const outcome = askAgent(question({ cancelled: AbortSignal.abort() }));
  const line = await agent.accept();
  await line.cancelled;
  line.welcome();
  line.answer("", 1);
  expect(await outcome).toMatchObject({ kind: "answered", exitCode: 1 });
});

test("an agent that never answers is waited for as long as was said", async () => {
  const outcome = askAgent(question({ patienceMs: 300 }));
  const line = await agent.accept();
  line.welcome();
  await line.netlink(1, "/run/netns/plures-absent", new Uint8Array(0));
  expect(await outcome).toEqual({ kind: "lost", reason: "it gave no answer within 0.3 seconds" });
  await line.closed;
});
