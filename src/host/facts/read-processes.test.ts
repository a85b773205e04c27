// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { optionOf, readProcesses, withoutSecrets } from "./read-processes.ts";

test("processes, by number; kernel threads and what ended meanwhile are none", () => {
  using recorded = machineOf({
    "/proc/20/cmdline": "/usr/bin/containerd\0--config\0/etc/x.toml\0",
    "/proc/3/cmdline": "/usr/local/bin/k3s server\0",
    "/proc/4/cmdline": "",
    "/proc/5/comm": "gone",
    "/proc/uptime": "1",
  });
  expect(readProcesses(recorded.machine)).toEqual([
    { pid: 3, name: "k3s", arguments: ["server"] },
    { pid: 20, name: "containerd", arguments: ["--config", "/etc/x.toml"] },
  ]);
});

test("no process at all is not an empty list", () => {
  using recorded = machineOf({ "/proc/mounts": "", "/proc/1/mountinfo": "" });
  expect(() => readProcesses(recorded.machine)).toThrow("no processes");
  using hidden = machineOf({ "/proc/77/cmdline": "/usr/bin/plures\0facts\0" }, true);
  expect(() => readProcesses(hidden.machine)).toThrow("hidden");
});

test.each([
  { words: ["--config", "/a"], value: "/a" },
  { words: ["--config=/a"], value: "/a" },
  { words: ["-c", "/a", "--config=/b"], value: "/b" },
  { words: ["--configure", "/a"], value: undefined },
  { words: ["--config"], value: undefined },
])("option in $words", ({ words, value }) => {
  expect(optionOf(words, ["--config", "-c"])).toBe(value as string);
});

test.each([
  { words: ["--token=K10abc", "server"], told: ["--token=...", "server"] },
  { words: ["--token", "K10abc", "--debug"], told: ["--token", "...", "--debug"] },
  { words: ["--token-file", "/x"], told: ["--token-file", "..."] },
  { words: ["--datastore-endpoint=mysql://u:p@h"], told: ["--datastore-endpoint=..."] },
  { words: ["--cni-conf-dir=/host/etc"], told: ["--cni-conf-dir=/host/etc"] },
])("$words is told as $told", ({ words, told }) => {
  expect(withoutSecrets(words)).toEqual(told);
});
