// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import {
  type AgentMessage,
  createFrameCutter,
  decodeAgentMessage,
  encodeAgentMessage,
} from "../../protocol/index.ts";
import type { StageMaker } from "./index.ts";
import type { ShimStage } from "./stage.ts";

const plugins = ["note-a", "note-b", "note-c"] as const;
/** How many streams are tried; more of them by hand, after a change of the protocol. */
const runs = Number(process.env.PLURES_SHIM_MUTATIONS ?? 40);

const ids = fc.integer({ min: 0, max: 3 });
const named = { id: ids, plugin: fc.constantFrom(...plugins), evil: fc.boolean() };
const step = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), ...named }),
  fc.record({ kind: fc.constant("look" as const), ...named }),
  fc.record({ kind: fc.constant("stop" as const), id: ids }),
  fc.record({ kind: fc.constant("netlink" as const), id: ids }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function messageOf(one: Step, it: ShimStage): AgentMessage {
  if (one.kind === "stop") return one;
  if (one.kind === "netlink") {
    return { ...one, netns: "/run/netns/plures-absent", message: new Uint8Array(0) };
  }
  const searchDirs = [one.evil ? `${it.folder}/evil` : it.binDir];
  return one.kind === "look"
    ? { kind: "look", id: one.id, plugin: one.plugin, searchDirs }
    : { kind: "run", id: one.id, run: it.aRun(one.plugin, { searchDirs }) };
}

/** What may happen to a stream; places are parts of its length. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant("flip" as const),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    by: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({
    kind: fc.constant("cut" as const),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    by: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    by: fc.integer({ min: 0, max: 255 }),
  }),
  fc.record({
    kind: fc.constant("repeat" as const),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    by: fc.integer({ min: 1, max: 200 }),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

const mutate = {
  flip: (bytes, at, by) => bytes.map((byte, index) => (index === at ? byte ^ by : byte)),
  cut: (bytes, at, by) => bytes.filter((_, index) => index < at || index >= at + by),
  insert: (bytes, at, by) => [...bytes.slice(0, at), by, ...bytes.slice(at)],
  repeat: (bytes, at, by) => [...bytes.slice(0, at + by), ...bytes.slice(at)],
} as const satisfies Record<
  Mutation["kind"],
  (bytes: readonly number[], at: number, by: number) => readonly number[]
>;

/** An agent that talks nonsense. */
export function describeMutations(stage: StageMaker): void {
  describe("a mutated stream", () => {
    test("never crashes or hangs the shim, and runs nothing that no whole and allowed step named", async () => {
      const it = await stage();
      mkdirSync(`${it.folder}/evil`);
      for (const name of plugins) {
        const note = (what: string): string => `#!/bin/sh\necho ${what} >>${it.folder}/ran\n`;
        writeFileSync(`${it.binDir}/${name}`, note(name), { mode: 0o755 });
        writeFileSync(`${it.folder}/evil/${name}`, note("evil"), { mode: 0o755 });
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 5 }),
          fc.array(mutation, { maxLength: 3 }),
          async (steps, mutations) => {
            const messages = steps.map((one) => messageOf(one, it));
            await tryStream(it, messages, mutations);
          },
        ),
        { numRuns: runs },
      );
    }, 120_000);
  });
}

async function tryStream(
  it: ShimStage,
  messages: readonly AgentMessage[],
  mutations: readonly Mutation[],
): Promise<void> {
  rmSync(`${it.folder}/ran`, { force: true });
  const whole: readonly AgentMessage[] = [
    { kind: "welcome", version: 1, software: "agent" },
    ...messages,
    { kind: "answer", exitCode: 0, stdout: new Uint8Array(3) },
  ];
  const bytes = mutations.reduce<readonly number[]>(
    (stream, { kind, at, by }) => mutate[kind](stream, Math.floor(at * stream.length), by),
    whole.flatMap((message) => [...encodeAgentMessage(message)]),
  );
  const shim = it.start();
  const line = await it.agent.accept();
  line.sendBytes(Uint8Array.from(bytes));
  const waited = await Promise.race([shim.ended, Bun.sleep(60)]);
  if (waited === undefined) line.hangUp();
  expect((await shim.ended).signal).toBeNull();
  const notes = existsSync(`${it.folder}/ran`) ? readFileSync(`${it.folder}/ran`, "utf8") : "";
  // A plugin that was ended in its first moment has made the file and written nothing.
  const ran = notes.split("\n").filter((name) => name !== "");
  const allowed = pluginsNamedIn(Uint8Array.from(bytes), it.binDir);
  for (const name of ran) {
    expect(allowed).toContain(name);
    allowed.splice(allowed.indexOf(name), 1);
  }
}

/** Plugins of the run steps up to where the stream breaks, those with other folders left out. */
function pluginsNamedIn(bytes: Uint8Array, binDir: string): string[] {
  const allowed: string[] = [];
  const cut = createFrameCutter();
  try {
    // Byte by byte, for a cutter gives nothing of a piece that has one bad length.
    for (const byte of bytes) {
      for (const frame of cut(Uint8Array.of(byte))) {
        const message = decodeAgentMessage(frame);
        if (message.kind === "run" && message.run.searchDirs.every((dir) => dir === binDir))
          allowed.push(message.run.plugin);
      }
    }
  } catch {
    // The rest of the stream says nothing.
  }
  return allowed;
}
