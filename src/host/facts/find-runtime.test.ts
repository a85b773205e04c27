// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { findRuntime } from "./find-runtime.ts";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import type { Process } from "./read-processes.ts";

const k3s = {
  config: "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
  socket: "/run/k3s/containerd/containerd.sock",
};
const nothing = { config: undefined, socket: undefined };
const runs = (name: string, ...words: string[]): Process => ({ pid: 9, name, arguments: words });

interface Row {
  readonly name: string;
  readonly files?: Readonly<Record<string, Entry>>;
  readonly processes?: readonly Process[];
  readonly endpoint?: string;
  readonly table?: { config: string | undefined; socket: string | undefined };
  readonly is: object;
}

const rows: readonly Row[] = [
  {
    name: "the file is there",
    files: { "/etc/containerd/config.toml": "" },
    is: {
      name: "containerd",
      config: "/etc/containerd/config.toml",
      socket: "/run/containerd/containerd.sock",
    },
  },
  {
    name: "only drop-ins of CRI-O",
    files: { "/etc/crio/crio.conf.d/00-default": "" },
    is: { name: "cri-o", folder: "/etc/crio/crio.conf.d" },
  },
  {
    name: "a drop-in that the distribution's table names is no main file",
    files: { "/etc/crio/crio.conf.d/00-default": "" },
    table: { config: "/etc/crio/crio.conf.d/00-default", socket: "/var/run/crio/crio.sock" },
    is: { name: "cri-o", config: "/etc/crio/crio.conf", folder: "/etc/crio/crio.conf.d" },
  },
  {
    name: "k3s beside a containerd of Docker: the one of k3s",
    files: { "/etc/containerd/config.toml": "", [k3s.config]: "" },
    processes: [runs("containerd"), runs("containerd", "-c", k3s.config, "-a", k3s.socket)],
    table: k3s,
    is: { name: "containerd", config: k3s.config, socket: k3s.socket },
  },
  {
    name: "k3s whose containerd tells no arguments, and Docker's runs too",
    files: { "/etc/containerd/config.toml": "", [k3s.config]: "" },
    processes: [runs("containerd"), runs("containerd")],
    table: k3s,
    is: { config: k3s.config, socket: k3s.socket },
  },
  {
    name: "k3s that was told another runtime",
    files: { [k3s.config]: "", "/etc/crio/crio.conf": "" },
    endpoint: "/run/crio/crio.sock",
    table: k3s,
    is: { name: "cri-o", config: "/etc/crio/crio.conf" },
  },
  {
    name: "a configuration in another place",
    processes: [runs("containerd", "--config=/nix/store/x.toml")],
    is: { name: "containerd", config: "/nix/store/x.toml" },
  },
  {
    name: "CRI-O with everything elsewhere",
    processes: [runs("crio", "--config", "/a", "--config-dir", "/b", "--listen", "/c")],
    is: { name: "cri-o", config: "/a", folder: "/b", socket: "/c" },
  },
  {
    name: "a socket that nobody knows",
    endpoint: "/run/mine.sock",
    is: { name: "containerd", socket: "/run/mine.sock" },
  },
];

test.each(rows)("$name", ({ files = {}, processes = [], endpoint, table = nothing, is }) => {
  using recorded = machineOf(files);
  expect(findRuntime(recorded.machine, { processes, endpoint, table })).toMatchObject(is);
});

test("Docker is told as what it is", () => {
  using recorded = machineOf({ "/etc/containerd/config.toml": "" });
  const hints = { processes: [], endpoint: "/var/run/cri-dockerd.sock", table: nothing };
  expect(() => findRuntime(recorded.machine, hints)).toThrow("Docker");
});

test("k3s that never started has no runtime, although there is one of Docker", () => {
  using recorded = machineOf({ "/etc/containerd/config.toml": "" });
  const hints = { processes: [runs("containerd")], endpoint: undefined, table: k3s };
  expect(() => findRuntime(recorded.machine, hints)).toThrow(k3s.config);
});

test("no trace of a runtime is no default", () => {
  using recorded = machineOf({ "/etc/os-release": "" });
  const hints = { processes: [], endpoint: undefined, table: nothing };
  expect(() => findRuntime(recorded.machine, hints)).toThrow("there is no container runtime");
});
