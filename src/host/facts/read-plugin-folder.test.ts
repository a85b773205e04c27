// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { known } from "../../diagnosis/index.ts";
import { machineOf } from "./fixtures/machine-of.ts";
import { lookIntoProgram } from "./look-into-program.ts";
import { readPluginFolder, versionsByRunning } from "./read-plugin-folder.ts";

/** The header of an ELF file for a machine, with the loader that it asks for. */
function elf(machine: number, loader?: string): Buffer {
  const head = Buffer.alloc(256);
  head.write("\x7fELF", "latin1");
  head[4] = 2;
  head[5] = 1;
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(loader === undefined ? 0 : 1, 56);
  if (loader !== undefined) {
    head.writeUInt32LE(3, 64);
    head.writeBigUInt64LE(128n, 72);
    head.writeBigUInt64LE(BigInt(loader.length + 1), 96);
    head.write(`${loader}\0`, 128, "latin1");
  }
  return head;
}

describe("the head of a program", () => {
  test.each([
    { name: "static, amd64", head: elf(62), says: { format: "elf", architecture: "amd64" } },
    {
      name: "dynamic, arm64",
      head: elf(183, "/lib/ld-linux-aarch64.so.1"),
      says: { format: "elf", architecture: "arm64", interpreter: "/lib/ld-linux-aarch64.so.1" },
    },
    { name: "cut off", head: elf(62).subarray(0, 20), says: { format: "elf" } },
    {
      name: "a script",
      head: Buffer.from("#! /bin/sh -e\n"),
      says: { format: "script", interpreter: "/bin/sh" },
    },
    { name: "empty", head: Buffer.alloc(0), says: { format: "empty" } },
    { name: "a page of an error", head: Buffer.from("<html>404"), says: { format: "other" } },
  ] as const)("$name", ({ head, says }) => {
    expect(JSON.parse(JSON.stringify(lookIntoProgram(Buffer.from(head))))).toEqual(says);
  });
});

const folder = "/var/lib/rancher/k3s/data/cni";
const hash = "/var/lib/rancher/k3s/data/abc/bin";

test("k3s: links to one program, a dangling one, one without mode, one of another machine", async () => {
  using recorded = machineOf({
    [`${hash}/cni`]: { content: elf(62), mode: 0o755 },
    [`${folder}/cni`]: { link: `${hash}/cni` },
    [`${folder}/flannel`]: { link: `${hash}/cni` },
    [`${folder}/bridge`]: { link: "/var/lib/rancher/k3s/data/old/bin/cni" },
    [`${folder}/macvlan`]: { content: elf(62), mode: 0o644 },
    [`${folder}/static`]: { content: elf(183), mode: 0o755 },
    [`${folder}/notes/file`]: "",
  });
  const asked: string[] = [];
  const read = await readPluginFolder(recorded.machine, folder, {
    mounts: undefined,
    askVersions: async (plugin) => {
      asked.push(plugin);
      return known(["1.0.0"]);
    },
  });
  expect(read).toMatchObject({ path: folder, exists: true });
  expect(read.plugins).toMatchObject([
    { name: "bridge", kind: "dangling-link", executable: false, versions: { kind: "unknown" } },
    { name: "cni", executable: true, realPath: `${hash}/cni`, architecture: "amd64" },
    { name: "flannel", linkTarget: `${hash}/cni`, versions: known(["1.0.0"]) },
    { name: "macvlan", kind: "file", executable: false, mode: "0644", versions: { kind: "unknown" } },
    { name: "static", executable: true, architecture: "arm64" },
  ]);
  expect(asked).toEqual(["cni", "flannel", "static"]);
});

const script = `#!/bin/sh
cat >/dev/null
touch "$(dirname "$0")/ran"
echo '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}'
`;

test.each([
  { name: "a recorded machine's plugin is never run", plugin: "bridge", live: false, kind: "not-applicable" },
  { name: "a live one's is", plugin: "bridge", live: true, kind: "known" },
  { name: "so is one that a configuration names", plugin: "my-own", live: true, kind: "known" },
  { name: "a program that is no plugin never is", plugin: "reboot", live: true, kind: "unknown" },
])("$name", async ({ plugin, live, kind }) => {
  using recorded = machineOf({ [`/bin/${plugin}`]: { content: script, mode: 0o755 } }, live);
  const { machine } = recorded;
  const askVersions = versionsByRunning(machine, new Set(["my-own"]));
  const { plugins } = await readPluginFolder(machine, "/bin", { mounts: undefined, askVersions });
  expect(plugins[0]?.versions).toMatchObject(kind === "known" ? known(["0.4.0", "1.0.0"]) : { kind });
  expect(machine.look("/bin/ran") !== undefined).toBe(kind === "known");
});

test("a plugin that gives no answer is unknown", async () => {
  using live = machineOf({ "/bin-dir/tuning": { content: "#!/bin/sh\nexit 3\n", mode: 0o755 } }, true);
  const { plugins } = await readPluginFolder(live.machine, "/bin-dir", {
    mounts: undefined,
    askVersions: versionsByRunning(live.machine, new Set()),
  });
  expect(plugins).toMatchObject([
    { versions: { kind: "unknown", reason: expect.stringContaining("VERSION") } },
  ]);
});
