// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { type ConfChoice, readConfFolder } from "./read-conf-folder.ts";

const folder = "/etc/cni/net.d";
const containerd: ConfChoice = { maxConfNum: 1, defaultNetwork: undefined };
const multus = '{"cniVersion":"0.3.1","name":"multus-cni-network","type":"multus"}';
const flannel = '{"cniVersion":"1.0.0","name":"cbr0","plugins":[{"type":"flannel"}]}';

function filesOf(entries: Readonly<Record<string, Entry>>, choice = containerd) {
  const files = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [`${folder}/${name}`, entry] as const),
  );
  using recorded = machineOf(files);
  return readConfFolder(recorded.machine, folder, { mounts: undefined, choice }).files;
}

interface Row {
  readonly name: string;
  readonly entries: Readonly<Record<string, Entry>>;
  readonly choice?: ConfChoice;
  readonly used: readonly string[];
}

describe("the folder of configurations", () => {
  test.each<Row>([
    {
      name: "Multus before the primary",
      entries: { "10-flannel.conflist": flannel, "00-multus.conf": multus },
      used: ["00-multus.conf"],
    },
    {
      name: "a temporary file and a backup are no configuration",
      entries: {
        "00-multus.conf.tmp": multus,
        "00-multus.conf.cilium_bak": multus,
        "05-cilium.conflist": flannel,
      },
      used: ["05-cilium.conflist"],
    },
    { name: "capitals sort first", entries: { "a.conf": flannel, "Z.conf": flannel }, used: ["Z.conf"] },
    { name: ".json counts", entries: { "10-x.conf": flannel, "05-y.json": flannel }, used: ["05-y.json"] },
    {
      name: "a folder with the name of a file",
      entries: { "00-x.conf/file": "", "10-y.conf": flannel },
      used: ["10-y.conf"],
    },
    {
      name: "a dangling link is in the way",
      entries: { "00-x.conf": { link: "/none" }, "10-y.conf": flannel },
      used: ["00-x.conf"],
    },
    {
      name: "containerd stays with a broken first file",
      entries: { "00-x.conf": "{", "10-y.conf": flannel },
      used: ["00-x.conf"],
    },
    {
      name: "CRI-O passes over a broken file",
      entries: { "00-x.conf": "{", "10-y.conflist": flannel },
      choice: { maxConfNum: 1, defaultNetwork: "" },
      used: ["10-y.conflist"],
    },
    {
      name: "CRI-O with a name",
      entries: { "10-y.conflist": flannel, "20-multus.conf": multus },
      choice: { maxConfNum: 1, defaultNetwork: "multus-cni-network" },
      used: ["20-multus.conf"],
    },
    {
      name: "all of them",
      entries: { "a.conf": flannel, "b.conf": flannel },
      choice: { maxConfNum: 0, defaultNetwork: undefined },
      used: ["a.conf", "b.conf"],
    },
  ])("$name", ({ entries, choice, used }) => {
    const found = filesOf(entries, choice);
    expect(found.filter(({ isUsed }) => isUsed).map(({ name }) => name)).toEqual([...used]);
  });

  test("what is there and what it says", () => {
    expect(filesOf({ "00-multus.conf": { content: multus, mode: 0o600 } })).toMatchObject([
      {
        path: "/etc/cni/net.d/00-multus.conf",
        kind: "file",
        mode: "0600",
        loads: true,
        content: { kind: "known", value: { isMultus: true, plugins: [{ type: "multus" }] } },
      },
    ]);
  });

  test("a folder that is not there, a link to one, a file in its place", () => {
    using recorded = machineOf({
      "/etc/cni/net.d": { link: "/var/snap/net" },
      "/var/snap/net/10-calico.conflist": flannel,
      "/etc/file": "",
    });
    const read = (path: string) =>
      readConfFolder(recorded.machine, path, { mounts: undefined, choice: containerd });
    expect(read("/none")).toEqual({ path: "/none", exists: false, files: [] });
    expect(read("/etc/cni/net.d/")).toMatchObject({ exists: true, realPath: "/var/snap/net" });
    expect(read("/etc/cni/net.d/").files.map(({ path }) => path)).toEqual([
      "/etc/cni/net.d/10-calico.conflist",
    ]);
    expect(() => read("/etc/file")).toThrow("no folder");
  });
});
