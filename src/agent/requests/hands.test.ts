// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AgentMessage, limits, ProtocolError, type StepEnding } from "../../protocol/index.ts";
import { createHands, type HandsOptions } from "./hands.ts";

const ending = (kind: StepEnding["kind"], output = ""): StepEnding => ({
  kind,
  number: 0,
  microseconds: 0,
  path: "",
  output: new TextEncoder().encode(output),
  errors: new Uint8Array(),
});

const aRun = { timeoutMs: 1000, plugin: "bridge", searchDirs: [], environment: [], stdin: new Uint8Array() };

/** Hands whose shim is the test. */
function hands(options: Partial<HandsOptions> = {}) {
  const sent: AgentMessage[] = [];
  const overdue: string[] = [];
  const lent = createHands({
    send: (message) => void sent.push(message),
    overdue: (what) => void overdue.push(what),
    ...options,
  });
  return { ...lent, sent, overdue };
}

test("endings find their steps, in whatever order they come", async () => {
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });
  await fc.assert(
    fc.asyncProperty(order, async (ids) => {
      const { look, ended } = hands();
      const looks = ids.map((_, at) => look(`plugin${at + 1}`, []));
      for (const id of ids) ended(id, ending("found", String(id)));
      const outputs = (await Promise.all(looks)).map(({ output }) => new TextDecoder().decode(output));
      expect(outputs).toEqual(["1", "2", "3", "4", "5", "6"]);
    }),
    { numRuns: 30 },
  );
});

test("at most 32 steps are under way, the others follow", async () => {
  const { look, ended, sent } = hands();
  const looks = Array.from({ length: 40 }, () => look("bridge", []));
  expect(sent).toHaveLength(limits.steps);
  for (let id = 1; id <= 40; id++) ended(id, ending("found"));
  expect(await Promise.all(looks)).toHaveLength(40);
  expect(new Set(sent.map((message) => "id" in message && message.id)).size).toBe(40);
});

const impossible: readonly [what: string, id: number, kind: StepEnding["kind"]][] = [
  ["a step that never was", 2, "found"],
  ["a look that ran", 1, "exited"],
  ["a look that the kernel answered", 1, "answered"],
];
test.each(impossible)("%s is against the protocol", (_, id, kind) => {
  const { look, ended } = hands();
  void look("bridge", []);
  expect(() => ended(id, ending(kind))).toThrow(ProtocolError);
});

test("a step ends once", async () => {
  const { look, ended } = hands();
  const looked = look("bridge", []);
  ended(1, ending("not-found"));
  await looked;
  expect(() => ended(1, ending("not-found"))).toThrow(ProtocolError);
});

test("a signal stops a run, and does not let another start", async () => {
  const { run, ended, sent } = hands();
  const stop = new AbortController();
  const running = run(aRun, stop.signal);
  stop.abort();
  expect(sent.map(({ kind }) => kind)).toEqual(["run", "stop"]);
  ended(1, ending("stopped"));
  expect((await running).kind).toBe("stopped");
  expect((await run(aRun, stop.signal)).kind).toBe("stopped");
  expect(sent).toHaveLength(2);
});

test("a run that waits for others is stopped without having been", async () => {
  const { look, run, sent } = hands();
  for (let step = 0; step < limits.steps; step++) void look("bridge", []);
  const stop = new AbortController();
  const waiting = run(aRun, stop.signal);
  stop.abort();
  expect((await waiting).kind).toBe("stopped");
  expect(sent).toHaveLength(limits.steps);
});

test("when the shim goes, all steps reject retriably, those to come too", async () => {
  const { look, run, netlink, release } = hands();
  const steps = [run(aRun), netlink("/run/netns/x", new Uint8Array())];
  for (let step = 0; step < limits.steps; step++) steps.push(look("bridge", []));
  release();
  steps.push(look("bridge", []));
  const results = await Promise.allSettled(steps);
  expect(results.map(({ status }) => status)).toEqual(Array(35).fill("rejected"));
  await expect(look("bridge", [])).rejects.toMatchObject({ code: 11 });
});

test("a shim that turns out to be gone while a step is sent ends that step too", async () => {
  const lent = createHands({ send: () => lent.release(), overdue: () => {} });
  await expect(lent.look("bridge", [])).rejects.toMatchObject({ code: 11 });
});

test("a step that cannot be sent rejects alone", async () => {
  const { look, ended } = hands({
    send: (message) => {
      if (message.kind === "look" && message.plugin === "bad") throw new ProtocolError("too long");
    },
  });
  await expect(look("bad", [])).rejects.toThrow("too long");
  const good = look("good", []);
  ended(2, ending("found"));
  expect((await good).kind).toBe("found");
});

test("a step that does not end is told of", async () => {
  const { look, overdue, release } = hands({ patienceMs: 10 });
  const looked = look("bridge", []);
  await Bun.sleep(30);
  expect(overdue).toEqual(["the look step 1"]);
  release();
  await expect(looked).rejects.toThrow();
});
