// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import {
  chooseLayout,
  distributionOf,
  foldersOf,
  type Hints,
  type HostHints,
  pathsToLookFor,
} from "./index.ts";

function choose(id: string, hints: Hints) {
  const distribution = distributionOf(id);
  if (distribution === undefined) throw new Error(`no distribution ${id}`);
  return chooseLayout(distribution, hints);
}

/** Name and folders of what was chosen, or the names of what is left open. */
function told(id: string, hints: Hints): readonly string[] {
  const choice = choose(id, hints);
  if (choice.kind === "unknown") return ["open", ...choice.candidates.map(({ name }) => name)];
  const { name, paths } = choice.layout;
  return [name, paths.cniConfDir?.value ?? "", paths.cniBinDir?.value ?? ""];
}

const conf = "/var/lib/rancher/k3s/agent/etc/cni/net.d";
const since = ["since 2024-10", conf, "/var/lib/rancher/k3s/data/cni"];
const before = ["before 2024-10", conf, "/var/lib/rancher/k3s/data/current/bin"];
const without = ["without flannel", "/etc/cni/net.d", "/opt/cni/bin"];
const image = ["container image before 2025-03", conf, "/bin"];

describe("k3s by its node", () => {
  const node = (kubeletVersion: string, args = '["server"]', osImage = "Debian GNU/Linux 12"): Hints => ({
    node: { kubeletVersion, osImage, annotations: { "k3s.io/node-args": args } },
  });
  const rows: readonly (readonly [string, Hints, readonly string[]])[] = [
    ["the last of the old", node("v1.30.5+k3s1"), before],
    ["the first of the new", node("v1.30.6+k3s1"), since],
    ["a minor that never had the old", node("v1.34.1+k3s1"), since],
    ["a minor that never got the new", node("v1.27.16+k3s1"), before],
    ["a version that says nothing", node("$Format:%H$"), ["open", "before 2024-10", "since 2024-10"]],
    ["without flannel", node("v1.34.1+k3s1", '["server","--flannel-backend","none"]'), without],
    ["without flannel, in one word", node("v1.34.1+k3s1", '["server","--flannel-backend=none"]'), without],
    ["flannel by another backend", node("v1.34.1+k3s1", '["server","--flannel-backend=host-gw"]'), since],
    [
      "an agent is not told about flannel",
      node("v1.34.1+k3s1", '["agent"]'),
      ["open", "without flannel", "since 2024-10"],
    ],
    ["arguments that are no list", node("v1.34.1+k3s1", "{}"), ["open", "without flannel", "since 2024-10"]],
    ["k3d of before", node("v1.31.6+k3s1", '["server"]', "K3s v1.31.6+k3s1"), image],
    ["k3d of now", node("v1.31.7+k3s1", '["server"]', "K3s v1.31.7+k3s1"), since],
    [
      "another data directory",
      node("v1.31.7+k3s1", '["server","--data-dir","/srv/k3s/"]'),
      ["since 2024-10", "/srv/k3s/agent/etc/cni/net.d", "/srv/k3s/data/cni"],
    ],
    ["a data directory that is none", node("v1.31.7+k3s1", '["server","--data-dir=k3s"]'), since],
  ];
  test.each([...rows])("%s", (_, hints, expected) => {
    expect(told("k3s", hints)).toEqual([...expected]);
  });
});

describe("k3s by its host", () => {
  const host = (more: Partial<HostHints>): Hints => ({
    host: { there: {}, osRelease: { PRETTY_NAME: "Debian" }, arguments: ["server"], ...more },
  });
  const rows: readonly (readonly [string, Hints, readonly string[]])[] = [
    ["the folder is there", host({ there: { "/var/lib/rancher/k3s/data/cni": true } }), since],
    ["the folder is not there", host({ there: { "/var/lib/rancher/k3s/data/cni": false } }), before],
    ["the folder could not be looked at", host({}), ["open", "before 2024-10", "since 2024-10"]],
    [
      "the version beats the folder",
      host({ there: { "/var/lib/rancher/k3s/data/cni": false }, version: "v1.31.2+k3s1" }),
      since,
    ],
    [
      "with another data directory the folder is elsewhere",
      host({ arguments: ["server", "-d", "/srv"], there: { "/srv/data/cni": true } }),
      ["since 2024-10", "/srv/agent/etc/cni/net.d", "/srv/data/cni"],
    ],
  ];
  test.each([...rows])("%s", (_, hints, expected) => {
    expect(told("k3s", hints)).toEqual([...expected]);
  });
});

test("what is open is told, and the candidate that holds otherwise is the last", () => {
  expect(choose("k3s", { node: { kubeletVersion: "v1.34.1+k3s1", osImage: "Debian" } })).toMatchObject({
    kind: "unknown",
    reason: 'it is not known whether it is "without flannel" (--flannel-backend=none)',
  });
});

test("a data directory moves what is in it and nothing else", () => {
  const hints: Hints = { node: { annotations: { "rke2.io/node-args": '["server","--data-dir=/data"]' } } };
  const choice = choose("rke2", hints);
  expect(choice.kind === "known" && choice.layout.paths).toMatchObject({
    cniConfDir: { value: "/etc/cni/net.d" },
    runtimeConfig: { value: "/data/agent/etc/containerd/config.toml", mark: "read" },
  });
  expect(told("k0s", { host: { there: {}, arguments: ["worker", "--data-dir=/k0s"] } })).toContain(
    "/etc/cni/net.d",
  );
});

test("folders are told where they are on the machine", () => {
  const k3s = distributionOf("k3s");
  const paths = (hints?: Hints) =>
    k3s === undefined ? [] : foldersOf(k3s, hints).map(({ value }) => String(value.path));
  expect(paths()).toContain("/var/lib/rancher/k3s/data/cni");
  expect(paths({ host: { there: {}, arguments: ["agent", "--data-dir=/srv"] } })).toContain("/srv/data/cni");
});

test("the paths to look for are those of signs and of layouts, also in another data directory", () => {
  expect(pathsToLookFor().map(String)).toContain("/var/lib/rancher/k3s/data/cni");
  expect(pathsToLookFor().map(String)).toContain("/etc/rancher/rke2");
  expect(pathsToLookFor({ arguments: ["server", "--data-dir", "/srv"] }).map(String)).toContain(
    "/srv/data/cni",
  );
  expect(pathsToLookFor()).toHaveLength(new Set(pathsToLookFor()).size);
});
