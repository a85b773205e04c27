// SPDX-License-Identifier: Apache-2.0
import {
  type Fact,
  type KernelFact,
  type KernelFeature,
  kernelFeatures,
  known,
  unknown,
} from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { type KernelSources, readKernelSources } from "./kernel-sources.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";

type Support = KernelFact["features"][KernelFeature];

/** Of each feature: its module, its option, and a file that is there while it is in use. */
const features: Readonly<Record<KernelFeature, { module: string; option: string; trace?: string }>> = {
  macvlan: { module: "macvlan", option: "CONFIG_MACVLAN" },
  ipvlan: { module: "ipvlan", option: "CONFIG_IPVLAN" },
  vlan: { module: "8021q", option: "CONFIG_VLAN_8021Q", trace: "/proc/net/vlan/config" },
  bridge: { module: "bridge", option: "CONFIG_BRIDGE" },
  vxlan: { module: "vxlan", option: "CONFIG_VXLAN" },
  tun: { module: "tun", option: "CONFIG_TUN", trace: "/sys/class/misc/tun" },
};

/** The kernel: release, architecture, and what it can do for networks. Loads nothing. */
export function readKernel(machine: Machine): KernelFact {
  const release = lookForNow("the kernel's release", () => readRelease(machine));
  const sources = release.kind === "known" ? readKernelSources(machine, release.value) : undefined;
  const supportOf = (feature: KernelFeature): Support =>
    sources === undefined
      ? unknown(release.kind === "known" ? "" : release.reason)
      : judge(machine, feature, sources);
  const entries = kernelFeatures.map((feature) => [feature, supportOf(feature)] as const);
  return {
    release,
    architecture: lookForNow("the machine's architecture", () => readArchitecture(machine)),
    // Made from all rows of kernelFeatures.
    features: Object.fromEntries(entries) as KernelFact["features"],
  };
}

function readRelease(machine: Machine): string {
  const release = machine.readText("/proc/sys/kernel/osrelease")?.trim();
  if (release !== undefined && release !== "") return release;
  const folders = machine.list("/lib/modules") ?? [];
  const [only, ...others] = folders;
  if (only !== undefined && others.length === 0) return only;
  throw new CannotLook(
    `there is no /proc/sys/kernel/osrelease, and /lib/modules has ${folders.length} kernels, so that nobody says which one runs`,
  );
}

/** What `uname -m` says, in the words of Go. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  ppc64le: "ppc64le",
  s390x: "s390x",
  riscv64: "riscv64",
  x64: "amd64",
  arm64: "arm64",
};

function readArchitecture(machine: Machine): string {
  // Since Linux 6.1.
  const own = machine.readText("/proc/sys/kernel/arch")?.trim();
  const word = own ?? (machine.live ? process.arch : undefined);
  if (word === undefined) throw new CannotLook("there is no /proc/sys/kernel/arch");
  return architectures[word] ?? word;
}

type State = "loaded" | "built-in" | "module" | "absent";

const say = (state: State, seenIn: string): Support => known({ state, seenIn });

function judge(machine: Machine, feature: KernelFeature, sources: KernelSources): Support {
  return (
    judgeLoaded(feature, sources) ??
    judgeFiles(machine, feature, sources) ??
    judgeTrace(machine, feature) ??
    judgeAbsence(feature, sources)
  );
}

function judgeLoaded(feature: KernelFeature, { loaded }: KernelSources): Support | undefined {
  if (loaded === undefined) return undefined;
  const isLoaded = new RegExp(`^${features[feature].module} `, "m").test(loaded.text);
  return isLoaded ? say("loaded", loaded.place) : undefined;
}

function judgeTrace(machine: Machine, feature: KernelFeature): Support | undefined {
  const { trace } = features[feature];
  if (trace === undefined) return undefined;
  const seen = lookForNow(trace, () => machine.look(trace) !== undefined);
  return seen.kind === "known" && seen.value ? say("loaded", trace) : undefined;
}

/** `kernel/drivers/net/macvlan.ko`, or packed as `.ko.gz`, `.ko.xz`, `.ko.zst`. */
function moduleFile(text: string, module: string): string | undefined {
  return new RegExp(`^(\\S*/)?${module}\\.ko(\\.\\w+)?(?=:|$)`, "m").exec(text)?.[0];
}

function judgeFiles(machine: Machine, feature: KernelFeature, sources: KernelSources): Support | undefined {
  const { module, option } = features[feature];
  const { builtIn, modules, options } = sources;
  if (builtIn !== undefined && moduleFile(builtIn.text, module) !== undefined) {
    return say("built-in", builtIn.place);
  }
  if (options !== undefined && optionOf(options.text, option) === "y") return say("built-in", options.place);
  const file = modules === undefined ? undefined : moduleFile(modules.text, module);
  if (modules === undefined || file === undefined) return undefined;
  const path = file.startsWith("/") ? file : modules.place.replace(/modules\.dep$/, file);
  const seen: Fact<boolean> = lookForNow(path, () => machine.look(path)?.kind === "file");
  if (seen.kind !== "known") return seen;
  if (!seen.value) return say("absent", `${modules.place} names ${file}, which is not there`);
  return say("module", path);
}

function optionOf(text: string, option: string): "y" | "m" | undefined {
  const [, value] = new RegExp(`^${option}=([ym])$`, "m").exec(text) ?? [];
  return value === "y" || value === "m" ? value : undefined;
}

/** Absent is only what a complete list lacks; a list that could not be read says nothing. */
function judgeAbsence(
  feature: KernelFeature,
  { builtIn, modules, options, missing }: KernelSources,
): Support {
  const { option } = features[feature];
  const built = options === undefined ? undefined : (optionOf(options.text, option) ?? "no");
  if (options !== undefined && built === "no") return say("absent", options.place);
  if (modules !== undefined && (builtIn !== undefined || built === "m")) return say("absent", modules.place);
  if (options !== undefined && built === "m") {
    return unknown(
      `${options.place} says that it is a module, but the modules cannot be seen: ${missing.join("; ")}`,
    );
  }
  return unknown(`what the kernel can do cannot be seen: ${missing.join("; ")}`);
}
