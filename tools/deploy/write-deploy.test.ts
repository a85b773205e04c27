// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import {
  agentManifests,
  hostFolders,
  installationFor,
  networkAttachmentCrd,
  nodeKinds,
} from "../../src/manifests/index.ts";
import { imageName } from "../image-name.ts";
import { manifestsYaml } from "./manifest-yaml.ts";
import { deployFiles } from "./write-deploy.ts";

const top = join(import.meta.dir, "../..");

describe("what is applied is what src/manifests says; `make deploy` writes it", () => {
  test.each([...deployFiles()])("%s", async (path, text) => {
    expect(await Bun.file(join(top, path)).text()).toBe(text);
  });

  test("there is no other file", async () => {
    const files = await readdir(join(top, "deploy"));
    expect(files.map((file) => `deploy/${file}`).sort()).toEqual([...deployFiles().keys()].sort());
  });
});

test("a file is read as the objects that it was written from", () => {
  const manifests = [networkAttachmentCrd(), ...agentManifests(installationFor("k3s", { image: imageName }))];
  const documents = parseAllDocuments(manifestsYaml(manifests));
  expect(documents.map((document) => document.toJSON())).toEqual(manifests.map(({ object }) => object));
});

test("every reason is in the file, above what it is the reason for, and no line is wider than 110", () => {
  const manifests = agentManifests(installationFor("standard", { image: imageName, hostKubeconfig: "/k/k" }));
  const yaml = manifestsYaml(manifests);
  const plain = yaml.replace(/\s*\n\s*# /g, " ").replace(/\s+/g, " ");
  for (const { comments } of manifests) for (const { text } of comments) expect(plain).toContain(text);
  expect(yaml.split("\n").filter((line) => line.length > 110)).toEqual([]);
  expect(yaml).toContain(
    "      # The agent is there before the pod network is: it is what makes it.\n      hostNetwork: true\n",
  );
});

test("a comment at a place that is not there is a mistake", () => {
  const [manifest] = agentManifests(installationFor("standard", { image: imageName }));
  const lost = {
    object: manifest?.object ?? networkAttachmentCrd().object,
    comments: [{ path: ["no", 1], text: "x" }],
  };
  expect(() => manifestsYaml([lost])).toThrow('a comment stands at "no.1"');
});

describe("docs/install-agent.md has", async () => {
  const page = await Bun.file(join(top, "docs/install-agent.md")).text();

  test("every folder of the host that the pod sees, with what it may do there", () => {
    const rows = [...page.matchAll(/^\| `(\/[^`]+)` \| (write|read)/gm)].map(([, path, access]) => [
      path,
      access,
    ]);
    const folders = hostFolders(installationFor("standard", { image: imageName }));
    expect(rows).toEqual(
      folders.map(({ path, access }) => [path, Object.values(access).includes("write") ? "write" : "read"]),
    );
  });

  test("every kind of node, with its file and folders", () => {
    for (const [kind, { cniConfDir, cniBinDir }] of Object.entries(nodeKinds)) {
      const file = `deploy/plures-agent${kind === "standard" ? "" : `-${kind}`}.yaml`;
      expect(page).toContain(`| \`${file}\` | \`${cniConfDir}\` | \`${cniBinDir}\` |`);
    }
  });
});
