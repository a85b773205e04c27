// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { CniError } from "./errors.ts";
import type { PluginEnding } from "./invocation.ts";
import { readPluginAnswer } from "./plugin-answer.ts";
import type { CniVerb } from "./verbs.ts";

const ran = { path: "/opt/cni/bin/bridge", stdout: "", stderr: "", milliseconds: 5 };

function exited(exitCode: number, stdout: string, stderr = ""): PluginEnding {
  return { kind: "exited", exitCode, ...ran, stdout, stderr };
}

function run(verb: CniVerb = "ADD") {
  return { plugin: "bridge", network: "default/blue", interface: "net1", verb };
}

test.each<[string, CniVerb, string]>([
  ["a result", "ADD", '{"cniVersion":"1.0.0"}'],
  ["nothing to CHECK", "CHECK", ""],
  ["nothing to DEL", "DEL", ""],
  ["nothing to GC", "GC", ""],
  ["nothing to STATUS", "STATUS", ""],
  ["garbage to DEL, which says nothing", "DEL", "deleted!"],
])("exit code 0 with %s is success", (_name, verb, stdout) => {
  expect(readPluginAnswer(exited(0, stdout, "a log line"), run(verb))).toBe(stdout);
});

const adding = "adding net1 (default/blue, plugin bridge): ";

interface Row {
  readonly name: string;
  readonly ending: PluginEnding;
  readonly code: number;
  /** After `adding`. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: string | undefined;
}

const rows: readonly Row[] = [
  {
    name: "an error object",
    ending: exited(1, '{"cniVersion":"1.0.0","code":103,"msg":"no bridge","details":"at all"}', "log"),
    code: 103,
    message: "no bridge; at all",
    details: "no bridge; at all",
  },
  {
    name: "an error object with a known cause",
    ending: exited(1, '{"code":999,"msg":"Link not found"}'),
    code: 999,
    message: "Link not found",
    hint: "the network's configuration names an interface that this node does not have (see: ip link)",
    details: "Link not found",
  },
  {
    name: "an error object of many lines",
    ending: exited(1, JSON.stringify({ code: 999, msg: `a\n\tb ${"c".repeat(200)}` })),
    code: 999,
    message: `a b ${"c".repeat(113)}...`,
    details: `a\n\tb ${"c".repeat(200)}`,
  },
  {
    name: "an error object with code 0",
    ending: exited(1, '{"code":0,"msg":"odd"}'),
    code: 999,
    message: "odd",
    details: "odd",
  },
  {
    name: "an error object without words, but standard error has some",
    ending: exited(2, '{"code":7}', "first\nlast words\n"),
    code: 7,
    message: "it exited with code 2: last words",
    details: '{"code":7}\nfirst\nlast words',
  },
  {
    name: "garbage",
    ending: exited(1, "panic:\n  oh no", "goroutine 1"),
    code: 999,
    message: "it exited with code 1: panic: oh no",
    details: "panic:\n  oh no\ngoroutine 1",
  },
  {
    name: "a list",
    ending: exited(1, "[1]"),
    code: 999,
    message: "it exited with code 1: [1]",
    details: "[1]",
  },
  {
    name: "garbage with a known cause",
    ending: exited(1, "", "RTNETLINK answers: Operation not permitted"),
    code: 999,
    message: "it exited with code 1: RTNETLINK answers: Operation not permitted",
    hint: "the runtime must have CAP_NET_ADMIN, and SELinux or AppArmor must let the plugin work",
    details: "RTNETLINK answers: Operation not permitted",
  },
  {
    name: "a result and another exit code",
    ending: exited(3, '{"cniVersion":"1.0.0","ips":[]}', "late failure"),
    code: 999,
    message: "it exited with code 3 although it printed a result",
    details: '{"cniVersion":"1.0.0","ips":[]}\nlate failure',
  },
  {
    name: "nothing at all",
    ending: exited(1, ""),
    code: 999,
    message: "it exited with code 1 and said nothing",
  },
  {
    name: "exit code 0 with nothing",
    ending: exited(0, " \n", "log"),
    code: 6,
    message: "it ended well but printed no result",
    hint: "check that /opt/cni/bin/bridge is a CNI plugin",
    details: "log",
  },
  {
    name: "exit code 0 with garbage",
    ending: exited(0, "hello\nworld"),
    code: 6,
    message: "it ended well but printed no result: hello world",
    hint: "check that /opt/cni/bin/bridge is a CNI plugin",
    details: "hello\nworld",
  },
  {
    name: "exit code 0 with two results",
    ending: exited(0, "{}{}"),
    code: 6,
    message: "it ended well but printed no result: {}{}",
    hint: "check that /opt/cni/bin/bridge is a CNI plugin",
    details: "{}{}",
  },
  {
    name: "exit code 0 with an error object",
    ending: exited(0, '{"code":11,"msg":"try later"}'),
    code: 11,
    message: "try later",
    details: "try later",
  },
  {
    name: "SIGKILL",
    ending: { kind: "signalled", signal: "SIGKILL", ...ran },
    code: 999,
    message: "it was ended by SIGKILL",
    hint: "often that is the kernel, out of memory (see: dmesg)",
  },
  {
    name: "SIGSEGV",
    ending: { kind: "signalled", signal: "SIGSEGV", ...ran, stderr: "a\nfault at 0\n" },
    code: 999,
    message: "it was ended by SIGSEGV: fault at 0",
    hint: "it crashed: check /opt/cni/bin/bridge, or install it again",
    details: "a\nfault at 0",
  },
  {
    name: "a deadline",
    ending: { kind: "timed-out", afterMs: 1540, ...ran, stderr: "waiting for DHCP" },
    code: 11,
    message: "it did not end within 1.5 s and was stopped",
    hint: "what it waited for is often in its log, or run it by hand with the same input",
    details: "waiting for DHCP",
  },
  {
    name: "too much output",
    ending: { kind: "too-much-output", limitBytes: 1024, ...ran, stdout: "x".repeat(9000) },
    code: 5,
    message: "it printed more than 1024 bytes and was stopped",
    hint: "a CNI plugin prints one JSON object: turn its debug output off",
    details: "x".repeat(4096),
  },
  {
    name: "cancellation",
    ending: { kind: "cancelled", ...ran },
    code: 11,
    message: "it was stopped, because the runtime gave up on this request",
  },
  {
    name: "no such plugin",
    ending: { kind: "not-found", searched: ["/opt/cni/bin", "/usr/lib/cni"] },
    code: 5,
    message: "no such plugin in /opt/cni/bin, /usr/lib/cni",
    hint: "install Debian's containernetworking-plugins or a release of containernetworking/plugins",
  },
  {
    name: "no folder to look in",
    ending: { kind: "not-found", searched: [] },
    code: 5,
    message: "no such plugin in CNI_PATH, which is empty",
    hint: "install Debian's containernetworking-plugins or a release of containernetworking/plugins",
  },
  {
    name: "another processor's plugin",
    ending: { kind: "not-runnable", path: "/a/bridge", reason: "it is built for arm64, this machine is x64" },
    code: 5,
    message: "/a/bridge cannot be run: it is built for arm64, this machine is x64",
    hint: "install the plugin for this node's processor and C library",
  },
  {
    name: "a plugin that the kernel does not take",
    ending: { kind: "not-runnable", path: "/a/bridge", reason: "ENOEXEC: Exec format error" },
    code: 5,
    message: "/a/bridge cannot be run: ENOEXEC: Exec format error",
    hint: "install the plugin for this node's processor and C library",
  },
  {
    name: "a plugin that is not executable",
    ending: { kind: "not-runnable", path: "/a/bridge", reason: "it is not executable (chmod +x is missing)" },
    code: 5,
    message: "/a/bridge cannot be run: it is not executable (chmod +x is missing)",
    hint: "make it executable (chmod 755), on a file system without noexec",
  },
  {
    name: "a dangling link",
    ending: { kind: "not-runnable", path: "/a/bridge", reason: "it is a link to a file that does not exist" },
    code: 5,
    message: "/a/bridge cannot be run: it is a link to a file that does not exist",
    hint: "install it again: what it leads to is not there",
  },
  {
    name: "a script without interpreter",
    ending: {
      kind: "not-runnable",
      path: "/a/x",
      reason: "it is a script for /bin/zsh, which this host does not have",
    },
    code: 5,
    message: "/a/x cannot be run: it is a script for /bin/zsh, which this host does not have",
    hint: "install its interpreter, or another build of the plugin",
  },
  {
    name: "a plugin that cannot be run for another reason",
    ending: { kind: "not-runnable", path: "/a/bridge", reason: "too many open files" },
    code: 5,
    message: "/a/bridge cannot be run: too many open files",
    hint: "install Debian's containernetworking-plugins or a release of containernetworking/plugins",
  },
];

test.each(rows)("an ADD that ends with $name", ({ ending, code, message, hint, details }) => {
  const failure = cniErrorOf(() => readPluginAnswer(ending, run()));
  expect(failure.message).toBe(adding + message);
  expect(failure.code).toBe(code);
  expect(failure.hint).toBe(hint);
  expect(failure.details).toBe(details);
});

test("every kind of ending has a row", () => {
  const kinds = [
    "exited",
    "signalled",
    "timed-out",
    "too-much-output",
    "cancelled",
    "not-found",
    "not-runnable",
  ];
  expect(new Set(rows.map(({ ending }) => ending.kind))).toEqual(new Set(kinds as PluginEnding["kind"][]));
});

test.each<[CniVerb, string]>([
  ["ADD", "adding net1 (default/blue, plugin bridge): no"],
  ["DEL", "deleting net1 (default/blue, plugin bridge): no"],
  ["CHECK", "checking net1 (default/blue, plugin bridge): no"],
  ["GC", "cleaning up default/blue (plugin bridge): no"],
  ["STATUS", "asking for the status of default/blue (plugin bridge): no"],
  ["VERSION", "asking plugin bridge for its versions: no"],
])("a failed %s says what was being done", (verb, message) => {
  const failure = cniErrorOf(() => readPluginAnswer(exited(1, '{"code":50,"msg":"no"}'), run(verb)));
  expect(failure).toMatchObject({ code: 50, message });
});

test("a plugin that was removed before its DEL has to come back", () => {
  const gone: PluginEnding = { kind: "not-found", searched: ["/a"] };
  expect(cniErrorOf(() => readPluginAnswer(gone, run("DEL"))).hint).toStartWith('put "bridge" back');
});

test.each<[PluginEnding]>([
  [{ kind: "not-found", searched: ["/a"] }],
  [{ kind: "not-runnable", path: "/a/b", reason: "x" }],
])("a plugin that is not there makes STATUS answer 50, not available", (ending) => {
  expect(cniErrorOf(() => readPluginAnswer(ending, run("STATUS"))).code).toBe(50);
});

test("whatever a plugin prints, the answer is its object or one line of at most 250 characters", () => {
  const output = fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary", maxLength: 2000 }));
  fc.assert(
    fc.property(fc.nat(255), output, output, (exitCode, stdout, stderr) => {
      try {
        const answer = readPluginAnswer(exited(exitCode, stdout, stderr), run());
        expect(exitCode).toBe(0);
        expect(JSON.parse(answer)).toBeObject();
      } catch (error) {
        if (!(error instanceof CniError)) throw error;
        expect(error.message).toMatch(/^adding net1 \(default\/blue, plugin bridge\): \P{Cc}{1,200}$/u);
        expect(error.code).toBeGreaterThan(0);
      }
    }),
  );
});
