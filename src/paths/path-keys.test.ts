// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { type AgentKey, agentKeys } from "../node-config/index.ts";
import { chartOnK3s, thick, thin, thinOnK3s } from "./fixtures/daemon-sets.ts";
import { flavours, judgePath, mountTableOf, pathFiles, pathKey, pathKeys } from "./index.ts";

test("a key has one row", () => {
  const rows = pathKeys.map(({ flavour, file, key }) => `${flavour} ${file} ${key}`);
  expect(rows).toHaveLength(new Set(rows).size);
  expect([...new Set(pathKeys.map(({ file }) => file))].toSorted()).toEqual([...pathFiles].toSorted());
});

test("of our agent's configuration exactly the keys that are paths are here, all of the host", () => {
  const keys: readonly AgentKey[] = agentKeys;
  const paths = keys.filter(
    ({ kind, use }) => kind.name === "path" && use !== "nothing" && use !== "refused",
  );
  const rows = pathKeys.filter(({ flavour, file }) => flavour === "plures" && file === "daemon-config.json");
  expect(rows.map(({ key }) => key).toSorted()).toEqual(paths.map(({ key }) => key).toSorted());
  expect(rows.every(({ domain }) => domain === "host")).toBe(true);
  for (const { key, default: fallback } of paths) {
    expect({ key, default: rows.find((row) => row.key === key)?.default }).toEqual({
      key,
      default: typeof fallback === "string" ? fallback : undefined,
    });
  }
});

test("of our plugin's configuration exactly the keys that are paths or may be one are here", async () => {
  const page = await Bun.file(`${import.meta.dir}/../../docs/configuration.md`).text();
  const told = [...page.matchAll(/^\| `(\w+)` \| path \|/gm)].map((match) => match[1] ?? "");
  const rows = pathKeys.filter(({ flavour, file }) => flavour === "plures" && file === "00-multus.conf");
  expect(
    rows
      .filter(({ holds }) => holds !== "file or name")
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(told.toSorted());
  expect(rows.filter(({ holds }) => holds === "file or name").map(({ key }) => key)).toEqual([
    "clusterNetwork",
    "defaultNetworks",
  ]);
});

describe("upstream's own values are in the domain that the table says, with upstream's mounts", () => {
  const conf = "/var/lib/rancher/k3s/agent/etc/cni/net.d";
  const rows = [
    ["thin", "arguments of thin_entrypoint", "--cni-conf-dir", "/host/etc/cni/net.d", thin],
    ["thin", "arguments of thin_entrypoint", "--multus-autoconfig-dir", "/host/etc/cni/net.d", thin],
    ["thin", "arguments of thin_entrypoint", "--cni-bin-dir", "/host/opt/cni/bin", thin],
    [
      "thin",
      "arguments of thin_entrypoint",
      "--multus-kubeconfig-file-host",
      "/etc/cni/net.d/multus.d/k",
      thin,
    ],
    ["thin", "arguments of thin_entrypoint", "--cni-conf-dir", `/host${conf}`, chartOnK3s],
    [
      "thin",
      "arguments of thin_entrypoint",
      "--multus-kubeconfig-file-host",
      `${conf}/multus.d/k`,
      chartOnK3s,
    ],
    ["thin", "00-multus.conf", "kubeconfig", `${conf}/multus.d/multus.kubeconfig`, thinOnK3s],
    ["thick", "daemon-config.json", "cniConfigDir", "/host/etc/cni/net.d", thick],
    ["thick", "daemon-config.json", "socketDir", "/host/run/multus/", thick],
    ["thick", "daemon-config.json", "chrootDir", "/hostroot", thick],
    ["thick", "00-multus.conf", "clusterNetwork", "/host/etc/cni/net.d/10-bridge.conflist", thick],
    ["thick", "00-multus.conf", "DaemonSocketDir", "/run/multus", thick],
  ] as const;
  test.each(rows)("%s, %s: %s", (flavour, file, key, text, mounts) => {
    const row = pathKey({ flavour, file, key });
    const domain = row?.domain === "pod" ? "pod" : "host";
    const other = domain === "pod" ? "host" : "pod";
    const table = mountTableOf(mounts);
    expect(row).toBeDefined();
    expect(judgePath({ text, domain, table }).kind).toBe("on-host");
    expect(judgePath({ text, domain: other, table }).kind).not.toBe("on-host");
  });
});

test("a key that holds no path has no row", () => {
  expect(pathKey({ flavour: "thick", file: "daemon-config.json", key: "logLevel" })).toBeUndefined();
  expect(pathKey({ flavour: "thin", file: "daemon-config.json", key: "cniConfigDir" })).toBeUndefined();
});

const page = await Bun.file(`${import.meta.dir}/../../docs/paths.md`).text();

test.each([...flavours])("docs/paths.md shows the rows of %s", (flavour) => {
  const section = page.split(/^## /m).find((text) => text.includes(`(\`${flavour}\`)`)) ?? "";
  const told = [...(section.match(/^\| (?!file|-).*$/gm) ?? [])];
  const rows = pathKeys
    .filter((row) => row.flavour === flavour)
    .map(
      ({ file, key, domain, default: fallback, reader, source }) =>
        `| ${file} | \`${key}\` | ${domain} | ${fallback === undefined ? "" : `\`${fallback}\``} | ${reader} | ${source ?? ""} |`,
    );
  expect(told).toEqual(rows);
});
