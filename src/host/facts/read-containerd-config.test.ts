// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { type Entry, machineOf } from "./fixtures/machine-of.ts";
import { readContainerdConfig } from "./read-containerd-config.ts";

const main = "/etc/containerd/config.toml";

function settingsOf(files: Readonly<Record<string, Entry>>, path = main) {
  using recorded = machineOf(files);
  const { confDir, binDirs, maxConfNum, conflicts, handlers } = readContainerdConfig(recorded.machine, path);
  return {
    confDir: confDir.value,
    binDirs: binDirs.value,
    max: maxConfNum?.value,
    from: binDirs.from,
    conflicts,
    handlers,
  };
}

const byDefault = { confDir: "/etc/cni/net.d", binDirs: ["/opt/cni/bin"], max: 1, from: "default" };

describe("containerd's effective CNI settings", () => {
  test.each([
    { name: "no file: the defaults", files: {}, says: { ...byDefault, conflicts: [] } },
    {
      name: "no table: the defaults (k3s with --flannel-backend=none, kind, Talos)",
      files: { [main]: 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "p"\n' },
      says: { ...byDefault, conflicts: [] },
    },
    {
      name: "version 1 without header",
      files: { [main]: '[plugins.cri.cni]\nbin_dir = "/a"\nconf_dir = "/c"\n' },
      says: { confDir: "/c", binDirs: ["/a"], from: "file" },
    },
    {
      name: "version 2, double quotes (Debian)",
      files: {
        [main]: 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/usr/lib/cni"\n',
      },
      says: { confDir: "/etc/cni/net.d", binDirs: ["/usr/lib/cni"], from: "file", conflicts: [] },
    },
    {
      name: "version 2, single quotes and dotted keys",
      files: {
        [main]:
          "version = 2\n[plugins.'io.containerd.grpc.v1.cri']\ncni.bin_dir = '/a'\ncni.max_conf_num = 0\n",
      },
      says: { binDirs: ["/a"], max: 0 },
    },
    {
      name: "version 3 with bin_dirs",
      files: {
        [main]:
          "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['/a', '/b/']\nconf_dir = '/c//'\n",
      },
      says: { confDir: "/c", binDirs: ["/a", "/b"] },
    },
    {
      name: "version 3 with the older bin_dir (EKS)",
      files: { [main]: "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dir = '/a'\n" },
      says: { binDirs: ["/a"], conflicts: [] },
    },
    {
      name: "version 4 is read as 3",
      files: { [main]: "version = 4\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['/a']\n" },
      says: { binDirs: ["/a"] },
    },
    {
      name: "bin_dir beside bin_dirs",
      files: {
        [main]:
          "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dir = '/a'\nbin_dirs = ['/b']\n",
      },
      says: { binDirs: ["/b"], conflicts: [expect.stringContaining("refuses both")] },
    },
    {
      name: "a table of version 2 in a file of version 3 is not read",
      files: { [main]: 'version = 3\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/a"\n' },
      says: { ...byDefault, conflicts: [expect.stringContaining("does not read its table")] },
    },
    {
      name: "a table of version 2 in a file that forgot its version",
      files: { [main]: '[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/a"\n' },
      says: { ...byDefault, conflicts: [expect.stringContaining("is of version 1")] },
    },
    {
      name: "an imported section replaces the whole earlier one",
      files: {
        [main]:
          'version = 2\nimports = ["conf.d/*.toml"]\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/a"\nconf_dir = "/c"\n',
        "/etc/containerd/conf.d/50.toml":
          'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/b"\n',
      },
      says: { binDirs: ["/b"], confDir: "/etc/cni/net.d", conflicts: [] },
    },
    {
      name: "the last of several imports wins, in the order of names; one without the section changes nothing",
      files: {
        [main]: 'version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n',
        "/etc/containerd/conf.d/10.toml":
          'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/ten"\n',
        "/etc/containerd/conf.d/9.toml":
          "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['/nine']\n",
        "/etc/containerd/conf.d/99.toml": "version = 2\n[grpc]\naddress = '/x'\n",
        "/etc/containerd/conf.d/99.off": "this is no TOML",
      },
      says: { binDirs: ["/nine"] },
    },
    {
      name: "imports in a circle end",
      files: {
        [main]: `version = 2\nimports = ["other.toml"]\n`,
        "/etc/containerd/other.toml": `version = 2\nimports = ["${main}"]\n`,
      },
      says: byDefault,
    },
    {
      name: "a drop-in that nobody imports",
      files: { [main]: "version = 3\n", "/etc/containerd/conf.d/cni.toml": "version = 3\n" },
      says: { ...byDefault, conflicts: [expect.stringContaining("does not import it")] },
    },
    {
      name: "handlers with a folder of their own",
      files: {
        [main]:
          'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata]\ncni_conf_dir = "/etc/kata"\ncni_max_conf_num = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\nruntime_type = "x"\n',
      },
      says: { handlers: [{ name: "kata", confDir: "/etc/kata", maxConfNum: 2 }] },
    },
  ])("$name", ({ files, says }) => {
    expect(settingsOf(files)).toMatchObject(says);
  });

  test("it says where a setting stands", () => {
    using recorded = machineOf({
      [main]: 'version = 2\nimports = ["/etc/x.toml"]\n',
      "/etc/x.toml": 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/b"\n',
    });
    const { binDirs, files } = readContainerdConfig(recorded.machine, main);
    expect(binDirs).toEqual({
      value: ["/b"],
      from: "file",
      file: "/etc/x.toml",
      key: 'plugins."io.containerd.grpc.v1.cri".cni.bin_dir',
    });
    expect(files).toEqual([
      { path: main, role: "main", version: 2 },
      { path: "/etc/x.toml", role: "import", version: 2 },
    ]);
  });

  test.each([
    { name: "a header without end", text: "version = 2\n\n[plugins\nx = 1\n", line: "line 3" },
    { name: "a path without quotes", text: "version = 2\nroot = /var/lib\n", line: "line 2" },
    { name: "a key twice", text: "a = 1\nb = [\n1,\n]\na = 2\n", line: "line 5" },
    { name: "an array without end", text: "version = 2\nx = [\n'a',\n", line: "line 2" },
  ])("$name: the file and the line are named, nothing is taken for a default", ({ text, line }) => {
    expect(() => settingsOf({ [main]: text })).toThrow(line);
    expect(() => settingsOf({ [main]: text })).toThrow(main);
  });

  test("a distribution's file that is not there is no default", () => {
    const file = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml";
    expect(() => settingsOf({}, file)).toThrow(file);
  });

  test("an import that is not there is no default", () => {
    expect(() => settingsOf({ [main]: 'version = 2\nimports = ["/etc/none.toml"]\n' })).toThrow(
      "/etc/none.toml",
    );
  });
});
