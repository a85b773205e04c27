// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import recordedState from "./fixtures/recorded-multus-state.json";
import { parseMultusConfig } from "./multus-config.ts";

const parse = (keys: Readonly<Record<string, unknown>>) =>
  parseMultusConfig(JSON.stringify({ name: "multus", type: "multus", clusterNetwork: "cbr0", ...keys }));

test("every key has upstream's default, but for the log level", () => {
  expect(parseMultusConfig('{"clusterNetwork":"cbr0"}')).toEqual({
    name: "multus-cni-network",
    cniVersion: "0.1.0",
    binDir: "/opt/cni/bin",
    cniDir: "/var/lib/cni/multus",
    confDir: "/etc/cni/multus/net.d",
    kubeconfig: "",
    clusterNetwork: "cbr0",
    defaultNetworks: [],
    isForDaemon: false,
    daemonSocketDir: "",
    attach: "sequential",
    delegates: [],
    namespaceIsolation: false,
    globalNamespaces: ["default"],
    systemNamespaces: ["kube-system"],
    multusNamespace: "kube-system",
    kubeletDir: "/var/lib/kubelet",
    readinessIndicatorFile: "",
    retryDeleteOnError: false,
    auxiliaryChainName: "",
    runtimeConfig: {},
    log: { file: "", level: "error", toStderr: true, maxAge: 5, maxSize: 100, maxBackups: 5, compress: true },
    deadlineSeconds: 220,
    unknownKeys: [],
  });
});

test.each([
  [
    { binDir: "/b", cniDir: "/c", confDir: "/d", kubeconfig: "/k" },
    { binDir: "/b", cniDir: "/c", confDir: "/d", kubeconfig: "/k" },
  ],
  [{ defaultNetworks: ["a", "/b"] }, { defaultNetworks: ["a", "/b"] }],
  [{ readinessIndicatorFile: "/r" }, { readinessIndicatorFile: "/r", unknownKeys: [] }],
  [{ globalNamespaces: "a, b,,c" }, { globalNamespaces: ["a", "b", "c"] }],
  [{ systemNamespaces: [] }, { systemNamespaces: [] }],
  [
    { namespaceIsolation: true, retryDeleteOnError: true },
    { namespaceIsolation: true, retryDeleteOnError: true },
  ],
  [{ auxiliaryCNIChainName: "vendor-cni-chain" }, { auxiliaryChainName: "vendor-cni-chain" }],
  [{ capabilities: { portMappings: true }, prevResult: { cniVersion: "1.0.0" } }, { unknownKeys: [] }],
  [
    { runtimeConfig: { portMappings: [{ hostPort: 1 }] } },
    { runtimeConfig: { portMappings: [{ hostPort: 1 }] } },
  ],
  [
    { cniVersion: "9.9.9", cniVersions: ["0.4.0", "1.0.0"] },
    { cniVersion: "1.0.0", unknownKeys: [] },
  ],
  [{ deadlineSeconds: 5 }, { deadlineSeconds: 5 }],
  [{ attach: "parallel" }, { attach: "parallel" }],
  [{ type: "multus-shim" }, { isForDaemon: true, daemonSocketDir: "" }],
  [{ confDir: "", logLevel: null }, { confDir: "/etc/cni/multus/net.d" }],
  [
    { multusNamespace: "x", daemonSocketDir: "/run/multus" },
    { multusNamespace: "x", daemonSocketDir: "/run/multus", isForDaemon: true, unknownKeys: [] },
  ],
  [{ nameSpaceIsolatoin: true }, { namespaceIsolation: false, unknownKeys: ["nameSpaceIsolatoin"] }],
  [{ delegates: [{ type: "multus" }] }, { delegates: [], unknownKeys: [] }],
])("%j", (keys, expected) => {
  expect(parse(keys)).toMatchObject(expected);
});

test("log options are read", () => {
  const logOptions = { maxAge: 1, maxSize: 2, maxBackups: 3, compress: false };
  const config = parse({ logFile: "/l", logLevel: "DEBUG", logToStderr: false, logOptions });
  expect(config.log).toEqual({ file: "/l", level: "debug", toStderr: false, ...logOptions });
});

test("delegates are kept to the byte", () => {
  const delegate = '{ "name":"x", "type" : "calico", "big": 12345678901234567890, "text":"\\u00e4" }';
  const config = parseMultusConfig(`{"name":"m","delegates":[ ${delegate} ,{"type":"bridge"}]}`);
  expect(config.delegates.map(({ plugins }) => plugins[0]?.text)).toEqual([delegate, '{"type":"bridge"}']);
});

test("the configuration is frozen", () => {
  expect(Object.isFrozen(parse({ logLevel: "debug" }).log)).toBe(true);
});

test.each(recordedState)("what containerd passed for the recorded pod $pod is read", ({ request }) => {
  expect(parseMultusConfig(request.stdin)).toMatchObject({
    clusterNetwork: "/host/etc/cni/net.d/10-bridge.conflist",
    unknownKeys: [],
  });
});

test.each([
  [{ clusterNetwork: "" }, 7, 'neither "clusterNetwork" nor "delegates"'],
  [{ clusterNetwork: "", delegates: [] }, 7, 'neither "clusterNetwork" nor "delegates"'],
  [{ clusterNetwork: "", delegates: {} }, 7, '"delegates" must be a list'],
  [
    { clusterNetwork: "", delegates: [{ type: "multus" }] },
    7,
    'delegates[0]: plugin type "multus" would call itself',
  ],
  [
    {
      clusterNetwork: "",
      delegates: [{ name: "x", plugins: [{ type: "bridge" }, { type: "multus-shim" }] }],
    },
    7,
    '"multus-shim" would call itself',
  ],
  [
    { clusterNetwork: "", delegates: [{ type: "flannel", delegate: { type: "multus" } }] },
    7,
    "would call itself",
  ],
  [{ clusterNetwork: "", delegates: [{ name: "x" }] }, 7, "delegates[0]"],
  [{ clusterNetwork: "", delegates: [{ type: "../x" }] }, 7, '"type" "../x" is invalid'],
  [{ clusterNetwork: 1 }, 7, '"clusterNetwork" is 1, allowed is a string'],
  [{ namespaceIsolation: "yes" }, 7, '"namespaceIsolation" is "yes", allowed is true or false'],
  [{ defaultNetworks: "a" }, 7, '"defaultNetworks" is "a", allowed is a list of strings'],
  [{ logLevel: "info" }, 7, '"logLevel" is "info", allowed are debug, verbose, error, panic'],
  [{ logOptions: { maxAge: -1 } }, 7, '"logOptions.maxAge" is -1, allowed is a whole number'],
  [{ runtimeConfig: [] }, 7, '"runtimeConfig" is [], allowed is an object'],
  [{ auxiliaryCNIChainName: "../x" }, 7, '"auxiliaryCNIChainName" is "../x"'],
  [{ deadlineSeconds: 0 }, 7, '"deadlineSeconds" is 0'],
  [{ attach: "Both" }, 7, '"attach" is "Both", allowed are sequential and parallel'],
  [{ cniVersion: "9.9.9" }, 1, 'cniVersion "9.9.9" is not supported'],
])("%j is refused", (keys, code, sentence) => {
  const error = cniErrorOf(() => parse(keys));
  expect(error.code).toBe(code);
  expect(error.message).toContain(sentence);
});

test("broken JSON is refused with line and column", () => {
  const error = cniErrorOf(() => parseMultusConfig('{"clusterNetwork": "cbr0",\n}'));
  expect(error).toMatchObject({ code: 6 });
  expect(error.message).toContain("line 2 column 1");
});

test("whatever the text says, it is read or refused with a CniError", () => {
  const keys = fc.dictionary(
    fc.constantFrom(
      "clusterNetwork",
      "delegates",
      "defaultNetworks",
      "logLevel",
      "logOptions",
      "runtimeConfig",
      "cniVersions",
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        keys.map((object) => JSON.stringify(object)),
      ),
      (text) => {
        try {
          parseMultusConfig(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CniError);
        }
      },
    ),
  );
});
