// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { defaultPrimary, nodeConfig } from "./node-config.ts";

const paths = { confDir: "/run/conf", cniDir: "/run/state", binDir: "/bin/cni" };
const primary = {
  place: "p.conf",
  text: '{"cniVersion":"1.0.0","name":"p","type":"ptp","big":12345678901234567890}',
};

const nodeConfigOf = (multus: object | undefined, withPrimary: boolean) =>
  nodeConfig(
    {
      ...{ pods: [], networks: [], ignored: [] },
      multus: multus && { place: "00-multus.conf", text: JSON.stringify(multus) },
      primary: withPrimary ? primary : undefined,
    },
    paths,
  );

const configOf = (multus: object | undefined, withPrimary = false): string =>
  nodeConfigOf(multus, withPrimary).text;

test("without any configuration the node has ours, with a bridge for the primary", () => {
  expect(JSON.parse(configOf(undefined))).toEqual({
    ...{ cniVersion: "1.0.0", name: "multus-cni-network", type: "multus", logToStderr: false, ...paths },
    delegates: [JSON.parse(defaultPrimary.text)],
  });
});

test("the primary of the files gets to the delegates to the byte", () => {
  expect(configOf(undefined, true)).toContain(`"delegates":[${primary.text}]`);
});

const rows = [
  {
    name: "keys that say what pods get are kept",
    given: { namespaceIsolation: true, defaultNetworks: ["a"] },
  },
  { name: "the name and the version are kept", given: { name: "own", cniVersion: "0.4.0" } },
  {
    name: "delegates come before a primary of the files",
    given: { delegates: [{ name: "d", type: "ptp" }] },
  },
  { name: "the name of a cluster network comes before both", given: { clusterNetwork: "p" } },
];

for (const { name, given } of rows) {
  test(name, () => {
    expect(JSON.parse(configOf({ type: "multus", ...given }, true))).toMatchObject(given);
  });
}

test("what leads out of the sandbox is replaced or taken out, in whatever case it is written", () => {
  const config = JSON.parse(
    configOf({
      ...{ type: "multus-shim", kubeconfig: "/k", readinessIndicatorFile: "/r", logfile: "/l", BinDir: "/b" },
      ...{ confDir: "/c", clusterNetwork: "/etc/cni/net.d/10-flannel.conflist" },
    }),
  );
  expect(config).toMatchObject({
    type: "multus",
    BinDir: paths.binDir,
    delegates: [{ name: "pod-network" }],
  });
  for (const key of ["kubeconfig", "readinessIndicatorFile", "logfile", "binDir", "clusterNetwork"]) {
    expect(config).not.toHaveProperty(key);
  }
});

const bad = [
  { given: { namespaceIsolation: "perhaps" }, message: "00-multus.conf: " },
  { given: { cniVersion: "9.9.9" }, message: 'cniVersion "9.9.9"' },
  { given: { delegates: [{ type: "multus" }] }, message: "00-multus.conf: " },
];

for (const { given, message } of bad) {
  test(`${JSON.stringify(given)} is refused with exit code 2`, () => {
    expect(() => configOf(given)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => configOf(given)).toThrow(message);
  });
}

const origins = [
  { multus: undefined, withPrimary: false, primary: "pod-network, the default of plures try" },
  { multus: undefined, withPrimary: true, primary: "p, p.conf" },
  { multus: { Delegates: [{ name: "d", type: "ptp" }] }, withPrimary: true, primary: "d, 00-multus.conf" },
  { multus: { delegates: [] }, withPrimary: true, primary: "p, p.conf" },
  { multus: { clusterNetwork: "nad" }, withPrimary: true, primary: "nad, 00-multus.conf" },
];

for (const { multus, withPrimary, primary: origin } of origins) {
  test(`the primary of ${JSON.stringify(multus)} ${withPrimary ? "and a file " : ""}is ${origin}`, () => {
    expect(nodeConfigOf(multus, withPrimary).primary).toBe(origin);
  });
}
