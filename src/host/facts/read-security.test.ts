// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { readSecurity } from "./read-security.ts";

test.each([
  {
    name: "RHEL",
    files: {
      "/sys/fs/selinux/enforce": "1",
      "/etc/selinux/config": "# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n",
    },
    selinux: { kind: "known", value: { mode: "enforcing", configured: "enforcing", policy: "targeted" } },
    appArmor: { kind: "known", value: { enabled: false } },
  },
  {
    name: "switched to permissive by hand",
    files: { "/sys/fs/selinux/enforce": "0", "/etc/selinux/config": "SELINUX=enforcing\n" },
    selinux: { kind: "known", value: { mode: "permissive", configured: "enforcing" } },
    appArmor: { kind: "known", value: { enabled: false } },
  },
  {
    name: "Ubuntu",
    files: {
      "/sys/kernel/version": "",
      "/sys/module/apparmor/parameters/enabled": "Y\n",
      "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
    },
    selinux: { kind: "known", value: { mode: "disabled" } },
    appArmor: { kind: "known", value: { enabled: true, restrictsUserNamespaces: true } },
  },
  {
    name: "a recording without /sys: unknown, not disabled",
    files: { "/etc/selinux/config": "SELINUX=enforcing\n" },
    selinux: { kind: "unknown", reason: "SELinux cannot be seen: /sys is empty" },
    appArmor: { kind: "unknown", reason: "AppArmor cannot be seen: /sys is empty" },
  },
])("$name", ({ files, selinux, appArmor }) => {
  using recorded = machineOf(files);
  expect(JSON.parse(JSON.stringify(readSecurity(recorded.machine)))).toEqual({ selinux, appArmor });
});
