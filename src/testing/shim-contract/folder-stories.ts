// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import type { StageMaker } from "./index.ts";
import type { ShimStage, ShimStart } from "./stage.ts";
import { text } from "./welcomed.ts";

const fileName = "multus.plugin-folders";

interface FoldersFile {
  readonly says: string;
  /** How long it is, with a comment. */
  readonly bytes?: number;
  readonly mode?: number;
  readonly owner?: number;
  readonly isLink?: true;
}

/** What the file beside the shim is; FOLDER stands for the stage's, whose folder `named` has a plugin. */
const files: readonly (FoldersFile & { readonly title: string; readonly opens: boolean })[] = [
  { title: "names it", says: "FOLDER/named\n", opens: true },
  { title: "names it without a newline", says: "/a\nFOLDER/named", opens: true },
  { title: "names it among comments", says: "# ours\n\n  \nFOLDER/named \t\r\n#FOLDER/other\n", opens: true },
  { title: "is as long as it may be", says: "FOLDER/named\n", bytes: 4096, opens: true },
  { title: "may be read by us alone", says: "FOLDER/named\n", mode: 0o600, opens: true },
  { title: "is empty", says: "", opens: false },
  { title: "names others", says: "FOLDER/name\nFOLDER/named/below\nFOLDER/named/\n", opens: false },
  { title: "names it in a comment", says: "#FOLDER/named\n# FOLDER/named\n", opens: false },
  { title: "names it by a relative path", says: "named\n./named\n", opens: false },
  { title: "has another one in its line", says: "FOLDER/named:/a\n", opens: false },
  { title: "is longer than it may be", says: "FOLDER/named\n", bytes: 4097, opens: false },
  { title: "has a zero byte", says: "FOLDER/named\n\0\n", opens: false },
  { title: "may be written by its group", says: "FOLDER/named\n", mode: 0o664, opens: false },
  { title: "may be written by others", says: "FOLDER/named\n", mode: 0o646, opens: false },
  { title: "belongs to another user", says: "FOLDER/named\n", owner: 4321, opens: false },
  { title: "is a link", says: "FOLDER/named\n", isLink: true, opens: false },
];

/** In which folders an agent may have plugins run: the host says so, nothing that the agent may write. */
export function describeFolders(stage: StageMaker): void {
  /** What becomes of a look for a plugin in a folder that is there. */
  const lookIn = async (it: ShimStage, folder: string, start: ShimStart = {}) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/own`, "#!/bin/sh\n", { mode: 0o755 });
    const shim = it.start(start);
    const line = await it.agent.accept();
    line.welcome();
    const ending = await line.look(1, "own", [folder]);
    line.answer("{}");
    await shim.ended;
    return ending;
  };

  describe("plugins may be", () => {
    test.each(["first", "second"])("in the %s folder of the runtime's CNI_PATH", async (name) => {
      const it = await stage();
      const environment = { CNI_PATH: `${it.folder}/first::${it.folder}/second:` };
      expect(await lookIn(it, `${it.folder}/${name}`, { environment })).toMatchObject({ kind: "found" });
    });

    test("beside the shim", async () => {
      const it = await stage();
      expect(await lookIn(it, it.folder, { environment: { CNI_PATH: "" } })).toMatchObject({ kind: "found" });
    });

    test("in /opt/cni/bin", async () => {
      const it = await stage();
      const shim = it.start({ environment: { CNI_PATH: "" } });
      const line = await it.agent.accept();
      line.welcome();
      expect(await line.look(1, "no-such", ["/opt/cni/bin"])).toMatchObject({ kind: "not-found" });
      line.answer("{}");
      await shim.ended;
    });

    test("not where the standard input says, and there is a way out", async () => {
      const it = await stage();
      const named = `${it.folder}/named`;
      const stdin = JSON.stringify({ ...JSON.parse(it.stdin), binDir: named });
      const refused = await lookIn(it, named, { stdin });
      expect(refused).toMatchObject({ kind: "refused" });
      expect(text(refused.errors)).toBe(
        `"${named}" is no plugin folder of this host: add it to the runtime's plugin folders, or to ` +
          `${it.folder}/${fileName}`,
      );
    });

    test.each(files)("in a folder: the file beside the shim $title ($opens)", async (file) => {
      const it = await stage();
      putFile(it, file);
      const kind = file.opens ? "found" : "refused";
      expect(await lookIn(it, `${it.folder}/named`)).toMatchObject({ kind });
    });

    test("in a folder that the file names, also for a sweep", async () => {
      const it = await stage();
      const named = `${it.folder}/named`;
      const args = ["gc", "--socket-dir", it.socketDir, it.binDir];
      expect(await lookIn(it, named, { args })).toMatchObject({ kind: "refused" });
      writeFileSync(`${it.folder}/${fileName}`, named, { mode: 0o644 });
      expect(await lookIn(it, named, { args })).toMatchObject({ kind: "found" });
    });
  });
}

function putFile({ folder }: ShimStage, { says, bytes = 0, mode = 0o644, owner, isLink }: FoldersFile): void {
  const path = `${folder}/${fileName}`;
  const written = isLink === undefined ? path : `${folder}/linked`;
  writeFileSync(written, says.replaceAll("FOLDER", folder).padEnd(bytes, "#"));
  chmodSync(written, mode);
  if (owner !== undefined) chownSync(written, owner, 0);
  if (isLink !== undefined) symlinkSync(written, path);
}
