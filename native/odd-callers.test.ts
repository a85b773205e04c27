// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { createStage, type ShimStage } from "../src/testing/shim-contract/stage.ts";
import { buildShim, installShim } from "./built-shim.ts";

buildShim("x64");

const stages: ShimStage[] = [];
afterEach(() => {
  for (const stage of stages.splice(0)) stage.remove();
});

/** What a shell does before it becomes the shim. */
const callers = [
  ["closes standard error", "exec 2>&-"],
  // A shell cannot hand that on by itself.
  ["ignores the end of its children", 'exec env --ignore-signal=CHLD "$0" "$@"'],
  ["ignores SIGTERM", "trap '' TERM"],
  ["leaves descriptors open", "exec 3</dev/null 4</dev/null 9</dev/null"],
  ["is in no folder any more", 'gone=$(mktemp -d) && cd "$gone" && rmdir "$gone"'],
] as const;

test.each(callers)("a caller that %s is served like any other", async (_, prepare) => {
  const stage = await createStage((dir) => [
    "sh",
    "-c",
    `${prepare}; exec "$0" "$@"`,
    ...installShim("x64", dir),
  ]);
  stages.push(stage);
  const shim = stage.start();
  const line = await stage.agent.accept();
  line.welcome();
  expect(await line.run(1, stage.aRun("fail-with-code"))).toMatchObject({ kind: "exited", number: 1 });
  const hanging = line.run(2, stage.aRun("hang"));
  line.send({ kind: "stop", id: 2 });
  expect(await hanging).toMatchObject({ kind: "stopped" });
  line.answer("{}");
  expect(await shim.ended).toMatchObject({ stdout: "{}", exitCode: 0 });
});
