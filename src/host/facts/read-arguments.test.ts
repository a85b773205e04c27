// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { readArguments, startWords } from "./read-arguments.ts";

const unit = `[Service]
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStart=/usr/local/bin/k3s \\
    server \\
	'--flannel-backend=none' \\
	"--data-dir" "/data/my k3s" \\

`;

test("the words of a unit", () => {
  expect(startWords(unit, "k3s")).toEqual(["server", "--flannel-backend=none", "--data-dir", "/data/my k3s"]);
  expect(startWords(unit, "rke2")).toBeUndefined();
  expect(startWords("[Service]\n", "k3s")).toBeUndefined();
});

describe("the arguments of a distribution", () => {
  test.each([
    { name: "nobody tells them", files: {}, words: undefined },
    {
      name: "k3s by its unit and its file, whose words come first",
      files: {
        "/etc/systemd/system/k3s.service": unit,
        "/etc/rancher/k3s/config.yaml": "data-dir: /other\nkubelet-arg:\n- v=2\n- root-dir=/k\n",
        "/etc/rancher/k3s/config.yaml.d/20.yaml": "node-label+:\n- a=b\n",
      },
      words: [
        "server",
        "--data-dir=/other",
        "--kubelet-arg=v=2",
        "--kubelet-arg=root-dir=/k",
        "--node-label=a=b",
        "--flannel-backend=none",
        "--data-dir",
        "/data/my k3s",
      ],
    },
    {
      name: "RKE2 by its file only",
      files: { "/etc/rancher/rke2/config.yaml": "cni:\n- multus\n- canal\n" },
      words: ["--cni=multus", "--cni=canal"],
    },
  ])("$name", ({ files, words }) => {
    using recorded = machineOf(files);
    expect(readArguments(recorded.machine, [])).toEqual(words as unknown as string[]);
  });

  test("a process that wrote over its command line tells nothing by itself", () => {
    using recorded = machineOf({});
    const hidden = [{ pid: 2, name: "k3s", arguments: ["server"] }];
    expect(readArguments(recorded.machine, hidden)).toBeUndefined();
    const open = [{ pid: 2, name: "k0s", arguments: ["worker", "--data-dir=/x"] }];
    expect(readArguments(recorded.machine, open)).toEqual(["worker", "--data-dir=/x"]);
  });

  test("a broken file is named, and not quoted: it may hold a token", () => {
    using recorded = machineOf({ "/etc/rancher/k3s/config.yaml": "token: s3cret\n  - : [\n" });
    const read = () => readArguments(recorded.machine, []);
    expect(read).toThrow('"/etc/rancher/k3s/config.yaml" is no YAML');
    expect(read).not.toThrow("s3cret");
  });
});
