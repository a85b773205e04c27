// SPDX-License-Identifier: Apache-2.0
import type { Container, PodSpec } from "kubernetes-types/core/v1";
import { agentDaemonSet, installationFor } from "../../src/manifests/index.ts";
import { imageName } from "../../tools/image-name.ts";

/** The pod of the manifest for a node whose folders are below `root`. */
export function agentPodBelow(root: string): PodSpec {
  const { object } = agentDaemonSet(
    installationFor("standard", {
      image: imageName,
      cniConfDir: `${root}/net.d`,
      cniBinDir: `${root}/bin`,
      cniDir: `${root}/cni`,
      namedConfDir: `${root}/named`,
      socketDir: `${root}/socket`,
      kubeletDir: `${root}/kubelet`,
    }),
  );
  const pod = object.spec?.template.spec;
  if (pod === undefined) throw new Error("the DaemonSet has no pod");
  return pod;
}

/** Where a folder of the host is mounted, and whether it may be written. */
export interface HostMount {
  readonly host: string;
  readonly inside: string;
  readonly readOnly: boolean;
}

/** The mounts of a container that lead to the host. */
export function hostMounts(pod: PodSpec, container: Container): readonly HostMount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly }) => {
    const host = pod.volumes?.find((volume) => volume.name === name)?.hostPath?.path;
    return host === undefined ? [] : [{ host, inside: mountPath, readOnly: readOnly === true }];
  });
}

/** What containerd gives a container that asks for nothing; all of it is dropped. */
const usualCapabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
];

/**
 * The words for `ctr run` that give a container what its manifest says, and nothing else. Throws where the
 * manifest says something that they could not give.
 */
export function ctrOptions(pod: PodSpec, container: Container): readonly string[] {
  const { capabilities, readOnlyRootFilesystem, privileged } = container.securityContext ?? {};
  if (privileged !== false || readOnlyRootFilesystem !== true || capabilities?.drop?.join() !== "ALL") {
    throw new Error(`the container "${container.name}" is not as unprivileged as this test takes it to be`);
  }
  const mounts = hostMounts(pod, container).map(
    ({ host, inside, readOnly }) =>
      `type=bind,src=${host},dst=${inside},options=rbind:${readOnly ? "ro" : "rw"}`,
  );
  return [
    "--read-only",
    "--seccomp",
    ...usualCapabilities.flatMap((name) => ["--cap-drop", `CAP_${name}`]),
    ...mounts.flatMap((mount) => ["--mount", mount]),
  ];
}
