// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readEndpoint, readKubelet } from "./read-kubelet.ts";
import type { Process } from "./read-processes.ts";

interface Row {
  readonly name: string;
  readonly processes?: readonly Process[];
  readonly words?: readonly string[];
  readonly files?: Readonly<Record<string, Entry>>;
  readonly table?: string;
  readonly root: string;
  readonly socket?: string;
}

const kubelet = (...words: string[]): Process => ({ pid: 7, name: "kubelet", arguments: words });
const rows: readonly Row[] = [
  {
    name: "nobody says anything",
    files: { "/var/lib/kubelet/pods": null },
    root: "/var/lib/kubelet",
  },
  { name: "the table (k0s)", table: "/var/lib/k0s/kubelet", root: "/var/lib/k0s/kubelet" },
  {
    name: "an argument beats the table",
    processes: [kubelet("--root-dir=/data/kubelet", "--container-runtime-endpoint", "unix:///run/a.sock")],
    table: "/var/lib/k0s/kubelet",
    root: "/data/kubelet",
    socket: "/run/a.sock",
  },
  {
    name: "an argument that k3s passes on",
    words: ["server", "--kubelet-arg=root-dir=/data/kubelet"],
    root: "/data/kubelet",
  },
  {
    name: "another runtime for k3s",
    words: ["server", "--container-runtime-endpoint", "/run/crio/crio.sock"],
    files: { "/var/lib/kubelet": null },
    root: "/var/lib/kubelet",
    socket: "/run/crio/crio.sock",
  },
  {
    name: "kubeadm's flags",
    files: {
      "/var/lib/kubelet/kubeadm-flags.env":
        'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///var/run/crio/crio.sock --v=2"\n',
    },
    root: "/var/lib/kubelet",
    socket: "/var/run/crio/crio.sock",
  },
  {
    name: "the kubelet's configuration",
    files: { "/var/lib/kubelet/config.yaml": 'kind: X\ncontainerRuntimeEndpoint: "unix:///run/b.sock"\n' },
    root: "/var/lib/kubelet",
    socket: "/run/b.sock",
  },
];

describe("the kubelet", () => {
  test.each(rows)("$name", ({ processes = [], words = [], files = {}, table, root, socket }) => {
    using recorded = machineOf(files);
    const sources = { machine: recorded.machine, processes, arguments: words };
    expect(readKubelet({ ...sources, table }).root).toBe(root);
    expect(readEndpoint(sources)).toBe(socket as string);
  });
});

test("no trace of a kubelet is no default", () => {
  using recorded = machineOf({});
  const sources = { machine: recorded.machine, processes: [], arguments: [], table: undefined };
  expect(() => readKubelet(sources)).toThrow("there is no kubelet");
});
