// SPDX-License-Identifier: Apache-2.0
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nothingLeft, runPlures, tryJson } from "./run-plures.ts";

// IPv6 looks for duplicates of each address, and a machine that tests is busy.
setDefaultTimeout(60_000);

const examples = join(import.meta.dir, "../../examples");

test("the text is at most 100 characters wide, plain without a terminal, and ends with what is left", () => {
  const { exitCode, stdout } = runPlures(["try", "-f", "examples/two-networks-pod"]);
  expect(exitCode).toBe(0);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toEndWith("\nnothing left: 0 links, 0 leases, 0 journal entries\n");
});

test("standard input is a file like others", () => {
  const stdin = readFileSync(join(examples, "default-route/default-route.yaml"), "utf8");
  const { exitCode, stdout } = runPlures(["try", "-f", "-", "-o", "json"], { stdin });
  expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, verdict: "ok" });
});

test("--pod attaches one pod only", () => {
  const { report } = tryJson("-f", "examples/two-networks-pod", "--pod", "database");
  expect(report.pods.map(({ name }) => name)).toEqual(["database"]);
});

test("a folder without plugins: each one is named with what needs it, and nothing is left", () => {
  const { exitCode, report } = tryJson("-f", "examples/default-route", "--bin-dir", "examples");
  expect(exitCode).toBe(3);
  expect(report.missingPlugins.map(({ plugin }) => plugin)).toEqual(["bridge", "host-local", "macvlan"]);
  expect(report.pods[0]?.error?.message).toContain("pod-network (plugin bridge): no such plugin in");
  expect(report.left).toEqual(nothingLeft);
});

const wrong = [
  { args: ["-f", "nosuch.yaml"], said: 'reading "nosuch.yaml": there is no such file' },
  { args: ["-f", "examples"], said: "no file of this folder is one of ours" },
  { args: ["-f", "examples/isolation", "--pod", "nobody"], said: "choose from bank/teller, street/visitor" },
  { args: ["-f", "examples/isolation", "--bin-dir", "nosuch"], said: 'there is no folder "nosuch"' },
  { args: ["-f", "examples/two-networks-pod/networks.yaml"], said: "the files have no pod" },
  { args: [], said: "required option '-f, --file <FILES...>' not specified" },
];

for (const { args, said } of wrong) {
  test(`plures try ${args.join(" ")}: exit code 2, and standard error says why`, () => {
    const { exitCode, stdout, stderr } = runPlures(["try", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr).toContain("hint: ");
  });
}
