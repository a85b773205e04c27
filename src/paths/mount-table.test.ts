// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, property, uniqueArray } from "fast-check";
import {
  chartOnK3s,
  chartOnRke2,
  type MountsOfContainer,
  thick,
  thickInstaller,
  thin,
} from "./fixtures/daemon-sets.ts";
import recorded from "./fixtures/multus-thick-recorded.json";
import {
  isWithin,
  meansTheSame,
  mountTableOf,
  parseHostPath,
  parsePodPath,
  toHost,
  toPod,
  type VolumeMountLike,
} from "./index.ts";

function hostOf(mounts: MountsOfContainer, path: string): string {
  const seen = toHost(mountTableOf(mounts), parsePodPath(path));
  return seen.kind === "host" ? seen.path : seen.kind;
}

function podOf(mounts: MountsOfContainer, path: string): readonly string[] {
  return toPod(mountTableOf(mounts), parseHostPath(path)).map((place) => place.path);
}

const k3sConf = "/var/lib/rancher/k3s/agent/etc/cni/net.d";

describe("from a pod of upstream to the host", () => {
  const rows = [
    ["thin", thin, "/host/etc/cni/net.d/00-multus.conf", "/etc/cni/net.d/00-multus.conf"],
    ["thin", thin, "/host/opt/cni/bin", "/opt/cni/bin"],
    ["thin", thin, "/etc/cni/net.d", "image"],
    ["thin", thin, "/host/etc/cni", "image"],
    ["thin", thin, "/host/etc/cni/net.d2", "image"],
    ["thin", thin, "/tmp/multus-conf/70-multus.conf", "volume"],
    ["thick", thick, "/opt/cni/bin/bridge", "/opt/cni/bin/bridge"],
    ["thick", thick, "/host/run/multus/multus.sock", "/run/multus/multus.sock"],
    ["thick", thick, "/hostroot", "/"],
    ["thick", thick, "/hostroot/var/lib/rancher", "/var/lib/rancher"],
    ["thick", thick, "/run/netns/cni-1", "/run/netns/cni-1"],
    ["thick", thick, "/var/run/netns/cni-1", "image"],
    ["thick", thick, "/etc/cni/net.d/multus.d/daemon-config.json", "volume"],
    ["thick", thick, "/etc/cni/net.d/10-flannel.conflist", "image"],
    ["thick, installer", thickInstaller, "/host/opt/cni/bin/multus-shim", "/opt/cni/bin/multus-shim"],
    ["thick, installer", thickInstaller, "/opt/cni/bin", "image"],
    ["chart on k3s", chartOnK3s, `/host${k3sConf}/10-flannel.conflist`, `${k3sConf}/10-flannel.conflist`],
    [
      "chart on k3s",
      chartOnK3s,
      "/host/var/lib/rancher/k3s/data/cni/multus",
      "/var/lib/rancher/k3s/data/cni/multus",
    ],
    ["chart on k3s", chartOnK3s, "/host/etc/cni/net.d", "image"],
    ["chart on RKE2", chartOnRke2, "/host/etc/cni/net.d", "/etc/cni/net.d"],
  ] as const;
  test.each(rows)("%s: %#", (_, mounts, pod, host) => {
    expect(hostOf(mounts, pod)).toBe(host);
  });
});

describe("from the host to a pod of upstream", () => {
  const rows = [
    ["thin", thin, "/etc/cni/net.d", ["/host/etc/cni/net.d"]],
    ["thin", thin, "/var/lib/cni/multus", []],
    ["thick", thick, "/opt/cni/bin", ["/opt/cni/bin", "/hostroot/opt/cni/bin"]],
    ["thick", thick, "/run/netns/a", ["/run/netns/a", "/host/run/netns/a", "/hostroot/run/netns/a"]],
    ["thick", thick, k3sConf, [`/hostroot${k3sConf}`]],
    ["chart on k3s", chartOnK3s, k3sConf, [`/host${k3sConf}`]],
  ] as const;
  test.each(rows)("%s: %#", (_, mounts, host, pods) => {
    expect(podOf(mounts, host)).toEqual([...pods]);
  });
});

test("the daemon set that was recorded on a node has the mounts of upstream's manifest", () => {
  const [container] = recorded.containers;
  const table = mountTableOf({ volumes: recorded.volumes, volumeMounts: container?.volumeMounts });
  expect(table.problems).toEqual([]);
  expect(table.mounts.map(({ at }) => at).toSorted()).toEqual(
    mountTableOf(thick)
      .mounts.map(({ at }) => at)
      .toSorted(),
  );
  expect(toHost(table, parsePodPath("/host/run/multus"))).toMatchObject({
    kind: "host",
    path: "/run/multus",
  });
});

test("the thick daemon sees upstream's plugin folder at its own path, but neither k3s' nor what links point at", () => {
  const same = (path: string) => meansTheSame(mountTableOf(thick), parseHostPath(path));
  expect(same("/opt/cni/bin/bridge")).toBe(true);
  expect(same("/var/lib/rancher/k3s/data/cni/bridge")).toBe(false);
  expect(same("/etc/cni/net.d")).toBe(false);
});

const one = (mount: Partial<VolumeMountLike>, path = "/h"): MountsOfContainer => ({
  volumes: [{ name: "v", hostPath: { path } }],
  volumeMounts: [{ name: "v", mountPath: "/p", ...mount }],
});

describe("what a mount may be", () => {
  test("of a part of the volume", () => {
    expect(hostOf(one({ subPath: "a/b" }), "/p/x")).toBe("/h/a/b/x");
    expect(podOf(one({ subPath: "a/b" }), "/h/a")).toEqual([]);
    expect(hostOf(one({ subPath: "" }), "/p")).toBe("/h");
  });
  test("of a part that is not known, or that leaves the volume", () => {
    const unknown = (mount: Partial<VolumeMountLike>, path?: string) =>
      toHost(mountTableOf(one(mount, path)), parsePodPath("/p/x"));
    expect(unknown({ subPathExpr: "$(NODE)" })).toEqual({
      kind: "unknown",
      reason: 'subPathExpr "$(NODE)" depends on the container\'s environment',
    });
    expect(unknown({ subPath: "../x" })).toMatchObject({ kind: "unknown" });
    expect(unknown({ name: "w" })).toEqual({ kind: "unknown", reason: 'the pod has no volume "w"' });
    expect(unknown({}, "relative")).toMatchObject({ kind: "unknown" });
  });
  test("read-only and propagated", () => {
    const [mount] = mountTableOf(one({ readOnly: true, mountPropagation: "Bidirectional" })).mounts;
    expect(mount).toMatchObject({ readOnly: true, propagation: "Bidirectional" });
    expect(mountTableOf(one({})).mounts[0]).toMatchObject({ readOnly: false, propagation: "None" });
  });
  test("hidden by another below it", () => {
    const nested: MountsOfContainer = {
      volumes: [
        { name: "v", hostPath: { path: "/h" } },
        { name: "w", hostPath: { path: "/other" } },
      ],
      volumeMounts: [
        { name: "v", mountPath: "/p" },
        { name: "w", mountPath: "/p/in" },
      ],
    };
    expect(hostOf(nested, "/p/in/x")).toBe("/other/x");
    expect(hostOf(nested, "/p/inner")).toBe("/h/inner");
    expect(podOf(nested, "/h/in/x")).toEqual([]);
    expect(podOf(nested, "/other/x")).toEqual(["/p/in/x"]);
  });
  test("at the root of the container", () => {
    expect(hostOf(one({ mountPath: "/" }), "/x")).toBe("/h/x");
    const { volumes, volumeMounts } = one({ mountPath: "/" });
    const nested = {
      volumes,
      volumeMounts: [...volumeMounts, { name: "v", mountPath: "/x", subPath: "other" }],
    };
    expect(hostOf(nested, "/x/y")).toBe("/h/other/y");
  });
  test("writable goes before read-only", () => {
    const twice: MountsOfContainer = {
      volumes: [{ name: "v", hostPath: { path: "/h" } }],
      volumeMounts: [
        { name: "v", mountPath: "/a", readOnly: true },
        { name: "v", mountPath: "/b" },
      ],
    };
    expect(podOf(twice, "/h/x")).toEqual(["/b/x", "/a/x"]);
  });
});

test("mounts that cannot be are problems, not exceptions", () => {
  const table = mountTableOf({
    volumes: [{ name: "v", hostPath: { path: "/h" } }],
    volumeMounts: [
      { name: "v", mountPath: "relative" },
      { name: "v", mountPath: "/p" },
      { name: "v", mountPath: "/p/" },
    ],
  });
  expect(table.problems).toEqual([
    'mount of volume "v": "relative" is not absolute',
    'mount of volume "v": "/p" is mounted twice, the first counts',
  ]);
  expect(mountTableOf({ volumes: null, volumeMounts: undefined })).toEqual({ mounts: [], problems: [] });
});

const names = array(constantFrom("a", "b", "c"), { maxLength: 4 });
const place = names.map((parts) => `/${parts.join("/")}`);
/** Mounts at different places; folders of the host may be the same or within each other. */
const anyMounts = uniqueArray(names, { maxLength: 5, selector: (parts) => parts.join("/") }).chain((ats) =>
  array(place, { minLength: ats.length, maxLength: ats.length }).map(
    (hosts): MountsOfContainer => ({
      volumes: hosts.map((path, index) => ({ name: `v${index}`, hostPath: { path } })),
      volumeMounts: ats.map((at, index) => ({ name: `v${index}`, mountPath: `/${at.join("/")}` })),
    }),
  ),
);

test("what maps to the host is among the places where the pod sees that, and every such place maps back", () => {
  assert(
    property(anyMounts, place, place, (mounts, inPod, onHost) => {
      const table = mountTableOf(mounts);
      const seen = toHost(table, parsePodPath(inPod));
      if (seen.kind === "host") {
        expect(toPod(table, seen.path).map(({ path }) => String(path))).toContain(inPod);
      }
      for (const { path } of toPod(table, parseHostPath(onHost))) {
        expect(toHost(table, path)).toMatchObject({ kind: "host", path: onHost });
      }
    }),
    { numRuns: 1000 },
  );
});

test("with each folder mounted once, toPod(toHost(x)) is x", () => {
  const apart = uniqueArray(constantFrom("a", "b", "c", "d"), { maxLength: 4 }).map(
    (tops): MountsOfContainer => ({
      volumes: tops.map((top) => ({ name: top, hostPath: { path: `/host-${top}` } })),
      volumeMounts: tops.map((top) => ({ name: top, mountPath: `/${top}` })),
    }),
  );
  assert(
    property(apart, constantFrom("a", "b", "c", "d"), place, (mounts, top, rest) => {
      const table = mountTableOf(mounts);
      const path = parsePodPath(`/${top}${rest}`);
      const seen = toHost(table, path);
      if (seen.kind !== "host") return expect(seen.kind).toBe("image");
      expect(toPod(table, seen.path).map((found) => found.path)).toEqual([path]);
    }),
  );
});

test("nothing outside a mount maps, in either direction", () => {
  assert(
    property(anyMounts, place, place, (mounts, inPod, onHost) => {
      const table = mountTableOf(mounts);
      const pod = parsePodPath(inPod);
      const host = parseHostPath(onHost);
      const isMounted = table.mounts.some(({ at }) => isWithin(at, pod));
      expect(toHost(table, pod).kind).toBe(isMounted ? "host" : "image");
      const isShown = mounts.volumes.some(({ hostPath }) =>
        isWithin(parseHostPath(hostPath?.path ?? ""), host),
      );
      if (!isShown) expect(toPod(table, host)).toEqual([]);
    }),
  );
});
