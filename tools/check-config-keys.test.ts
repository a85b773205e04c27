// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkConfigKeys } from "./check-config-keys.ts";
import { readRepo } from "./repo.ts";

const page = "docs/configuration.md";
const config = "src/attachments/multus-config.ts";

/** The repository with one file changed. */
function repoWith(path: string, change: (text: string) => string) {
  return readRepo().map((file) => (file.path === path ? { path, text: change(file.text) } : file));
}

test("the page and the code of this repository agree", () => {
  expect(checkConfigKeys(readRepo())).toEqual([]);
});

const breaks: readonly {
  readonly what: string;
  readonly path: string;
  readonly change: (text: string) => string;
  readonly names: readonly string[];
}[] = [
  {
    what: "a row is missing",
    path: page,
    change: (text) => text.replace(/^\| `binDir`.*\n/m, ""),
    names: ["binDir"],
  },
  {
    what: "a row of a key that nobody reads",
    path: page,
    change: (text) => text.replace(/^\| `binDir`.*\n/m, (row) => `${row}| \`binDirs\` | path | | no |\n`),
    names: ["binDirs"],
  },
  {
    what: "a new key in the code",
    path: config,
    change: (text) => `${text}\nkeys.flag("fast", false);`,
    names: ["fast"],
  },
  {
    what: "a new log option",
    path: config,
    change: (text) => `${text}\noptions.flag("colour", false);`,
    names: ["colour"],
  },
  {
    what: "a key that is accepted and means nothing",
    path: config,
    change: (text) => text.replace('  "ipam",\n', '  "ipam",\n  "ipams",\n'),
    names: ["ipams"],
  },
  {
    what: "another name of an annotation",
    path: "src/attachments/annotation-keys.ts",
    change: (text) => text.replace('"k8s.v1.cni.cncf.io/networks"', '"plures.io/networks"'),
    names: ["plures.io/networks", "k8s.v1.cni.cncf.io/networks"],
  },
  {
    what: "a new key of a selection",
    path: "src/attachments/selection-fields.ts",
    change: (text) =>
      text.replace("  mac: (value, place)", "  vlan: (value, place) => ({}),\n  mac: (value, place)"),
    names: ["vlan"],
  },
  {
    what: "a page without the section",
    path: page,
    change: (text) => text.replace("## Log options", "## Logging"),
    names: ["maxAge", "maxSize", "maxBackups", "compress"],
  },
];

test.each(breaks)("$what is told", ({ path, change, names }) => {
  const messages = checkConfigKeys(repoWith(path, change)).map(({ message }) => message);
  expect(messages.map((message) => message.match(/`([^`]+)`/)?.[1])).toEqual([...names]);
});
