// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";

/**
 * Kernel settings that forbid namespaces to users, as their files read; undefined where a kernel has no such
 * setting.
 */
export interface NamespaceSettings {
  readonly unprivilegedClone: string | undefined;
  readonly apparmorRestriction: string | undefined;
  readonly maxUserNamespaces: string | undefined;
}

interface Refusal {
  readonly root: boolean;
  /** What `unshare` printed, or `ENOENT` when there is no such program. */
  readonly said: string;
  readonly settings: NamespaceSettings;
}

interface Explanation {
  readonly applies: (refusal: Refusal) => boolean;
  readonly because: string;
  readonly hint: string;
}

const orRoot = "or run this as root";

const explanations: readonly Explanation[] = [
  {
    applies: ({ said }) => said === "ENOENT",
    because: "the program unshare is missing",
    hint: "install the package util-linux",
  },
  {
    applies: ({ root, said }) => root && /not permitted|EPERM/.test(said),
    because: "this root may not make namespaces, as inside an unprivileged container",
    hint: "run it on the machine itself, or in a container that has CAP_SYS_ADMIN (docker run --privileged)",
  },
  {
    applies: ({ root, settings }) => !root && settings.unprivilegedClone === "0",
    because: "this kernel gives user namespaces to root only (kernel.unprivileged_userns_clone is 0)",
    hint: `set it with: sysctl kernel.unprivileged_userns_clone=1, ${orRoot}`,
  },
  {
    applies: ({ root, settings }) => !root && settings.apparmorRestriction === "1",
    because: "AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)",
    hint: `lift it with: sysctl kernel.apparmor_restrict_unprivileged_userns=0, ${orRoot}`,
  },
  {
    applies: ({ root, settings, said }) =>
      !root && (settings.maxUserNamespaces === "0" || said.includes("No space left")),
    because: "no further user namespace is allowed (user.max_user_namespaces)",
    hint: `allow more with: sysctl user.max_user_namespaces=15000, ${orRoot}`,
  },
  {
    applies: ({ root, said }) => !root && /not permitted|denied/.test(said),
    because: "this host forbids user namespaces, as containers and some security modules do",
    hint: "run this as root",
  },
];

/** Why no sandbox can be made, and the way out (code 50). */
export function explainRefusal(refusal: Refusal): CniError {
  const found = explanations.find(({ applies }) => applies(refusal));
  const because = found?.because ?? `unshare said ${JSON.stringify(refusal.said)}`;
  return new CniError(cniErrorCodes.notAvailable, `making a sandbox of own namespaces: ${because}`, {
    hint: found?.hint ?? (refusal.root ? undefined : "run this as root"),
    details: refusal.said,
  });
}
