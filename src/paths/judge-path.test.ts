// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, property, tuple, uniqueArray } from "fast-check";
import { chartOnK3s, type MountsOfContainer, thick, thin, thinOnK3s } from "./fixtures/daemon-sets.ts";
import {
  type Domain,
  judgePath,
  mountTableOf,
  type PathVerdict,
  parseHostPath,
  parsePodPath,
  toHost,
} from "./index.ts";
import { findDoubling } from "./judge-path.ts";

const k3sConf = "/var/lib/rancher/k3s/agent/etc/cni/net.d";

function judge(text: string, domain: Domain, mounts?: MountsOfContainer): PathVerdict {
  return judgePath({ text, domain, table: mounts === undefined ? undefined : mountTableOf(mounts) });
}

describe("a path that is right", () => {
  const rows = [
    ["/etc/cni/net.d/multus.d/multus.kubeconfig", "host", thin, "/etc/cni/net.d/multus.d/multus.kubeconfig"],
    [`${k3sConf}/multus.d/multus.kubeconfig`, "host", thinOnK3s, `${k3sConf}/multus.d/multus.kubeconfig`],
    ["/opt/cni/bin", "host", thick, "/opt/cni/bin"],
    ["/host/etc/cni/net.d", "pod", thin, "/etc/cni/net.d"],
    ["/host/etc/cni/net.d", "pod", thinOnK3s, k3sConf],
    [`/host${k3sConf}`, "pod", chartOnK3s, k3sConf],
    ["/host/run/multus/", "pod", thick, "/run/multus"],
    ["/hostroot", "pod", thick, "/"],
    ["/hosts/x", "host", thin, "/hosts/x"],
    ["/etc/cni/net.d/x", "host", undefined, "/etc/cni/net.d/x"],
  ] as const;
  test.each(rows)("%s for the %s", (text, domain, mounts, host) => {
    expect(judge(text, domain, mounts)).toEqual({ kind: "on-host", host: parseHostPath(host) });
  });
});

describe("a path of the pod alone", () => {
  const rows = [
    ["/usr/src/multus-cni/bin/multus", thin, "image"],
    ["/tmp/multus-conf/70-multus.conf", thin, '"multus-cfg"'],
    ["/etc/cni/net.d/multus.d/daemon-config.json", thick, '"multus-daemon-config"'],
  ] as const;
  test.each(rows)("%s", (text, mounts, where) => {
    const verdict = judge(text, "pod", mounts);
    expect(verdict.kind === "in-pod-only" && verdict.where).toContain(where);
  });
});

describe("mistakes that people made", () => {
  const rows = [
    // The plan of a team that installed thin on k3s: the plugin runs on the host.
    [
      "/host/etc/cni/net.d/multus.d/multus.kubeconfig",
      "host",
      thinOnK3s,
      "pod-path",
      `${k3sConf}/multus.d/multus.kubeconfig`,
    ],
    [
      "/host/etc/cni/net.d/10-calico.conflist",
      "host",
      undefined,
      "pod-path",
      "/etc/cni/net.d/10-calico.conflist",
    ],
    ["/hostroot/run/multus", "host", thick, "pod-path", "/run/multus"],
    ["/host", "host", undefined, "pod-path", "/"],
    ["/host/host/etc/cni/net.d", "host", undefined, "pod-path", "/etc/cni/net.d"],
    // Their daemon-config.json: what reads it runs in the pod.
    [k3sConf, "pod", thinOnK3s, "host-path", "/host/etc/cni/net.d"],
    ["/etc/cni/net.d", "pod", thin, "host-path", "/host/etc/cni/net.d"],
    ["/etc/cni/net.d", "pod", thick, "host-path", "/host/etc/cni/net.d"],
    [`/host${k3sConf}`, "pod", thinOnK3s, "host-path", "/host/etc/cni/net.d"],
    // Their error text: cni-conf-dir is not found: stat <this>.
    [`/host/var/lib/rancher/k3s/agent${k3sConf}`, "pod", thinOnK3s, "doubled", "/host/etc/cni/net.d"],
    [`/host/var/lib/rancher/k3s/agent${k3sConf}`, "pod", chartOnK3s, "doubled", `/host${k3sConf}`],
    [`/host/var/lib/rancher/k3s/agent${k3sConf}`, "host", undefined, "doubled", k3sConf],
    ["/etc/cni/net.d/etc/cni/net.d/x", "host", undefined, "doubled", "/etc/cni/net.d/x"],
    ["etc/cni/net.d", "host", undefined, "no-path", undefined],
    // The chart rke2-multus of 2023 wrote --cni-conf-dir==<path>.
    ["=/etc/cni/net.d", "pod", thin, "no-path", undefined],
    ["", "pod", thin, "no-path", undefined],
  ] as const;
  test.each(rows)("%s for the %s", (text, domain, mounts, mistake, meant) => {
    const verdict = judge(text, domain, mounts);
    expect(verdict).toMatchObject({ kind: "mistake", mistake });
    if (meant !== undefined) expect(verdict).toMatchObject({ meant });
    else expect(verdict).not.toHaveProperty("meant");
    expect(verdict.kind === "mistake" && verdict.hint).toContain(meant ?? "whole path");
  });
});

test("the sentence names the path and the part that is doubled", () => {
  expect(judge(`/host/var/lib/rancher/k3s/agent${k3sConf}`, "pod", thinOnK3s)).toMatchObject({
    message: `"/host/var/lib/rancher/k3s/agent${k3sConf}" has "/var/lib/rancher/k3s/agent" in it twice`,
  });
});

test("a mount that is not understood is not judged", () => {
  const verdict = judgePath({
    text: "/p/x",
    domain: "pod",
    table: mountTableOf({
      volumes: [{ name: "v", hostPath: { path: "/h" } }],
      volumeMounts: [{ name: "v", mountPath: "/p", subPathExpr: "$(A)" }],
    }),
  });
  expect(verdict).toMatchObject({ kind: "unknown" });
});

const different = uniqueArray(constantFrom("a", "b", "c", "d", "e", "f", "g"), {
  minLength: 2,
  maxLength: 6,
});

test("any part of two names or more that is doubled is found, and is there once afterwards", () => {
  assert(
    property(different, array(constantFrom("x", "y"), { maxLength: 1 }), (part, before) => {
      const once = `/${[...before, ...part].join("/")}`;
      const doubled = parseHostPath(`/${[...before, ...part, ...part].join("/")}`);
      expect(findDoubling(doubled)).toEqual({ part: `/${part.join("/")}`, once });
      expect(findDoubling(parseHostPath(once))).toBeUndefined();
    }),
  );
});

test("what is proposed instead is right itself", () => {
  // A folder /host of the host itself, seen below /hostroot, would look like a prefix again.
  const texts = tuple(
    constantFrom("host", "hostroot", "etc", "run", "opt"),
    array(constantFrom("etc", "cni", "net.d", "run", "opt", "bin"), { maxLength: 6 }),
  );
  const domains = constantFrom<Domain>("host", "pod");
  const pods = constantFrom(thin, thick, thinOnK3s, chartOnK3s);
  assert(
    property(texts, domains, pods, ([first, rest], domain, mounts) => {
      const verdict = judge(`/${[first, ...rest].join("/")}`, domain, mounts);
      if (verdict.kind !== "mistake" || verdict.mistake === "doubled") return;
      const table = mountTableOf(mounts);
      if (domain === "pod") expect(toHost(table, parsePodPath(verdict.meant ?? "")).kind).toBe("host");
      else expect(verdict.meant).not.toMatch(/^\/host(root)?(\/|$)/);
    }),
    { numRuns: 1000 },
  );
});
