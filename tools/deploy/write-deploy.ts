// SPDX-License-Identifier: Apache-2.0
import {
  agentManifests,
  installationFor,
  type Manifest,
  type NodeKind,
  networkAttachmentCrd,
  nodeKinds,
  tokenManifests,
} from "../../src/manifests/index.ts";
import { imageName } from "../image-name.ts";
import { manifestsYaml } from "./manifest-yaml.ts";

/** The files that are made of src/manifests, by their path from the top. */
export function deployFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["deploy/crd.yaml", manifestsYaml([networkAttachmentCrd()])],
    ["deploy/host-kubeconfig.yaml", manifestsYaml(tokenManifests({ namespace: "kube-system" }))],
    ...(Object.keys(nodeKinds) as NodeKind[]).map((kind) => agentFile(kind)),
  ]);
}

function agentFile(kind: NodeKind): [string, string] {
  const manifests: readonly Manifest[] = agentManifests(installationFor(kind, { image: imageName }));
  return [`deploy/plures-agent${kind === "standard" ? "" : `-${kind}`}.yaml`, manifestsYaml(manifests)];
}

if (import.meta.main) {
  for (const [path, text] of deployFiles()) {
    await Bun.write(path, text);
    console.log(path);
  }
}
