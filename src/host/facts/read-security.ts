// SPDX-License-Identifier: Apache-2.0
import type { SecurityFact, ValueOf } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";

type SeLinux = ValueOf<SecurityFact["selinux"]>;
type AppArmor = ValueOf<SecurityFact["appArmor"]>;

/** What the kernel's security modules do. */
export function readSecurity(machine: Machine): SecurityFact {
  return {
    selinux: lookForNow("SELinux", () => readSeLinux(machine)),
    appArmor: lookForNow("AppArmor", () => readAppArmor(machine)),
  };
}

function readSeLinux(machine: Machine): SeLinux {
  const enforce = machine.readText("/sys/fs/selinux/enforce")?.trim();
  const config = machine.readText("/etc/selinux/config");
  const configured = settingOf(config, "SELINUX");
  const policy = settingOf(config, "SELINUXTYPE");
  const modeNow = enforce === "1" ? "enforcing" : "permissive";
  if (enforce !== undefined) return { mode: modeNow, configured, policy };
  refuseWithoutSysfs(machine, "SELinux");
  return { mode: "disabled", configured, policy };
}

function settingOf(config: string | undefined, key: string): string | undefined {
  return config === undefined ? undefined : new RegExp(`^\\s*${key}\\s*=\\s*(\\S+)`, "m").exec(config)?.[1];
}

function readAppArmor(machine: Machine): AppArmor {
  const enabled = machine.readText("/sys/module/apparmor/parameters/enabled")?.trim();
  if (enabled === undefined) refuseWithoutSysfs(machine, "AppArmor");
  const restricted = machine.readText("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")?.trim();
  return {
    enabled: enabled === "Y",
    restrictsUserNamespaces: restricted === undefined ? undefined : restricted !== "0",
  };
}

/** A recording without /sys cannot tell that something is off. */
function refuseWithoutSysfs(machine: Machine, what: string): void {
  if (machine.look("/sys/kernel") === undefined && machine.look("/sys/fs") === undefined)
    throw new CannotLook(`${what} cannot be seen: /sys is empty`);
}
