// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError } from "../cni/index.ts";
import { type AgentConfig, parseAgentConfig } from "./agent-config.ts";
import { agentKeys } from "./agent-keys.ts";
import { checkAgentConfig } from "./check-agent-config.ts";

const source = "daemon-config.json";

function parse(keys: object): AgentConfig {
  return parseAgentConfig(JSON.stringify(keys), source);
}

test("an empty object is all defaults", () => {
  expect(parse({})).toEqual({
    cniConfigDir: "/etc/cni/net.d",
    primaryDir: "/etc/cni/net.d",
    primary: { file: undefined, name: undefined, type: undefined },
    cniVersion: undefined,
    forceCniVersion: false,
    name: "multus-cni-network",
    overrideNetworkName: false,
    socketDir: "/run/multus",
    connectionLimit: 32,
    graceSeconds: 25,
    listen: "127.0.0.1:9471",
    kubeconfig: undefined,
    hostKubeconfig: undefined,
    criSocket: undefined,
    sweepSeconds: 300,
    repairSeconds: 300,
    attach: "sequential",
    readinessFile: undefined,
    binDir: "/opt/cni/bin",
    cniDir: "/var/lib/cni/multus",
    logLevel: "error",
    plugin: expect.objectContaining({ systemNamespaces: ["kube-system"], deadlineSeconds: 220 }),
    handedOn: {},
  });
});

const understood: readonly {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly gives: Partial<AgentConfig>;
}[] = [
  { keys: { cniConfigDir: "/a/b/" }, gives: { cniConfigDir: "/a/b", primaryDir: "/a/b" } },
  {
    keys: { multusAutoconfigDir: "/run/multus/cni/net.d" },
    gives: { cniConfigDir: "/etc/cni/net.d", primaryDir: "/run/multus/cni/net.d" },
  },
  {
    keys: { multusMasterCNI: "10-a.conf", primaryName: "a", primaryType: "bridge" },
    gives: { primary: { file: "10-a.conf", name: "a", type: "bridge" } },
  },
  { keys: { socketDir: "/run/m/" }, gives: { socketDir: "/run/m" } },
  { keys: { daemonSocketDir: "/run/m" }, gives: { socketDir: "/run/m" } },
  { keys: { SOCKETDIR: "/run/m" }, gives: { socketDir: "/run/m" } },
  { keys: { metricsPort: 9091 }, gives: { listen: "0.0.0.0:9091" } },
  { keys: { listen: "[::1]:80" }, gives: { listen: "[::1]:80" } },
  { keys: { listen: "off" }, gives: { listen: undefined } },
  { keys: { attach: "parallel" }, gives: { attach: "parallel", handedOn: { attach: "parallel" } } },
  {
    keys: { ReadinessIndicatorFile: "/run/ready" },
    gives: { readinessFile: "/run/ready", handedOn: { readinessindicatorfile: "/run/ready" } },
  },
  { keys: { cniDir: "/v" }, gives: { cniDir: "/v", handedOn: { cniDir: "/v" } } },
  { keys: { logLevel: "debug" }, gives: { logLevel: "debug", handedOn: { logLevel: "debug" } } },
  { keys: { name: "n", cniVersion: "1.1.0" }, gives: { name: "n", cniVersion: "1.1.0", handedOn: {} } },
  { keys: { kubeconfig: "/k", hostKubeconfig: "/h" }, gives: { kubeconfig: "/k", hostKubeconfig: "/h" } },
  { keys: { logFile: "", binDir: null }, gives: { handedOn: {}, binDir: "/opt/cni/bin" } },
  { keys: { multusConfigFile: "auto", type: "multus-shim", enablePprof: false }, gives: { handedOn: {} } },
  { keys: { perNodeCertificate: { enabled: false, certDir: "/x" } }, gives: { handedOn: {} } },
];

test.each(understood)("$keys is understood", ({ keys, gives }) => {
  expect(parse(keys)).toMatchObject(gives);
});

const refused: readonly {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly says: string;
  readonly hint: RegExp;
}[] = [
  {
    keys: { chrootDir: "/hostroot" },
    says: '"chrootDir" is not understood',
    hint: /plugins run on the host/,
  },
  { keys: { delegates: [] }, says: '"delegates" is not understood', hint: /primaryName/ },
  { keys: { clusterNetwork: "/a" }, says: '"clusterNetwork" is not understood', hint: /primaryName/ },
  {
    keys: { cniConfigDir: "/host/etc/cni/net.d" },
    says: '"cniConfigDir" is "/host/etc/cni/net.d", every path is a path of the host, write "/etc/cni/net.d"',
    hint: /correct "cniConfigDir"/,
  },
  {
    keys: { logFile: "/hostroot/var/log/multus.log" },
    says: '"logFile" is "/hostroot/var/log/multus.log", every path is a path of the host, write "/var/log/multus.log"',
    hint: /correct "logFile"/,
  },
  {
    keys: { binDir: "opt" },
    says: '"binDir" is "opt", allowed is an absolute path of the host',
    hint: /binDir/,
  },
  { keys: { binDir: "/a/../b" }, says: '"binDir" is "/a/../b", a path has no ".." in it', hint: /binDir/ },
  {
    keys: { multusConfigFile: "/etc/x.conf" },
    says: '"multusConfigFile" is "/etc/x.conf", allowed is "auto"',
    hint: /the agent writes the file itself/,
  },
  {
    keys: { multusMasterCNI: "/etc/cni/net.d/a.conf" },
    says: '"multusMasterCNI" is "/etc/cni/net.d/a.conf", allowed is the bare name of a file',
    hint: /multusMasterCNI/,
  },
  { keys: { enablePprof: true }, says: '"enablePprof" is true, allowed is false', hint: /heap snapshot/ },
  {
    keys: { perNodeCertificate: { enabled: true } },
    says: '"perNodeCertificate" is {"enabled":true}, allowed is an object without "enabled": true',
    hint: /ServiceAccount/,
  },
  {
    keys: { connectionLimit: 0 },
    says: '"connectionLimit" is 0, allowed is a whole number from 1 to 1000',
    hint: /connectionLimit/,
  },
  {
    keys: { listen: "127.0.0.1:65536" },
    says: '"listen" is "127.0.0.1:65536", allowed is "address:port", or "off"',
    hint: /correct "listen"/,
  },
  {
    keys: { name: "a/b" },
    says: `"name" is "a/b", it must start with a letter or digit and go on with letters, digits, '_', '.' or '-'`,
    hint: /correct "name"/,
  },
  {
    keys: { primaryType: "/opt/cni/bin/bridge" },
    says: '"primaryType" is "/opt/cni/bin/bridge", it is the bare name of an executable, without \'/\'',
    hint: /correct "primaryType"/,
  },
  {
    keys: { capabilities: { ips: "yes" } },
    says: '"capabilities" is {"ips":"yes"}, allowed is an object of true and false, for example {"ips": true}',
    hint: /correct "capabilities"/,
  },
  {
    keys: { sockeDir: "/a" },
    says: '"sockeDir" is no key of the agent\'s configuration',
    hint: /"socketDir"/,
  },
  { keys: { banana: 1 }, says: '"banana" is no key of the agent\'s configuration', hint: /take it out/ },
  {
    keys: { socketDir: "/a", daemonSocketDir: "/b" },
    says: '"daemonSocketDir" is "/b", "socketDir" is "/a"',
    hint: /keep "socketDir"/,
  },
  { keys: { listen: "off", metricsPort: 1 }, says: '"metricsPort" says the same as "listen"', hint: /keep/ },
  { keys: { socketDir: "/a", SocketDir: "/a" }, says: '"SocketDir" is written twice', hint: /keep one/ },
  { keys: { cniVersion: "9.9.9" }, says: 'cniVersion "9.9.9" is not supported', hint: /1\.1\.0/ },
  {
    keys: { logOptions: { maxAge: "5" } },
    says: '"logOptions.maxAge" is "5", allowed is a whole number from 0 on',
    hint: /logOptions.maxAge/,
  },
];

test.each(refused)("$keys is refused, with what to do instead", ({ keys, says, hint }) => {
  const text = JSON.stringify(keys);
  expect(() => parseAgentConfig(text, source)).toThrow(new CniError(7, `${source}: ${says}`));
  const { problems } = checkAgentConfig(text, source);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.hint).toMatch(hint);
});

test("upstream's own daemon-config.json is told everything at once", () => {
  const upstream = {
    chrootDir: "/hostroot",
    cniVersion: "0.3.1",
    logLevel: "verbose",
    logToStderr: true,
    cniConfigDir: "/host/etc/cni/net.d",
    multusAutoconfigDir: "/host/etc/cni/net.d",
    multusConfigFile: "auto",
    socketDir: "/host/run/multus/",
  };
  const { problems, notes } = checkAgentConfig(JSON.stringify(upstream), source);
  expect(problems.map(({ key }) => key)).toEqual([
    "chrootDir",
    "cniConfigDir",
    "multusAutoconfigDir",
    "socketDir",
  ]);
  expect(notes.map(({ key }) => key)).toEqual(["multusConfigFile", undefined]);
  expect(() => parse(upstream)).toThrow(`${source}: "chrootDir" is not understood (and 3 more)`);
});

test("broken JSON has its place", () => {
  const { problems } = checkAgentConfig('{\n  "name": "a",\n}', source);
  expect(problems[0]?.message).toBe(`${source}: line 3 column 1: take out the comma before this '}'`);
  expect(() => parseAgentConfig("", source)).toThrow(`${source}: line 1 column 1: the text is empty`);
});

test("a configuration without the primary's identity gets a note, one with it does not", () => {
  expect(checkAgentConfig("{}", source).notes).toHaveLength(1);
  expect(checkAgentConfig('{"primaryName": "cbr0"}', source).notes).toEqual([]);
});

test("every key of the table has a value that is refused, or is refused itself", () => {
  for (const { key, kind } of agentKeys) {
    const wrong = [7.5, "no such value", {}, []].find((value) => kind.problem(value) !== undefined);
    const { problems } = checkAgentConfig(JSON.stringify({ [key]: wrong }), source);
    expect(problems.map((problem) => problem.key)).toEqual([key]);
  }
});

test("a configuration without problems is read, one with any is not, whatever is in it", () => {
  const key = fc.constantFrom(...agentKeys.map((row) => row.key), "unknown", "__proto__", "");
  const path = fc.constantFrom("/a/b/", "/host", "/", "x", "");
  const value = fc.oneof(path, fc.boolean(), fc.integer(), fc.jsonValue({ maxDepth: 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 4 }), (members) => {
      const text = `{${members.map((member) => member.map((part) => JSON.stringify(part)).join(":")).join(",")}}`;
      const { problems } = checkAgentConfig(text, source);
      if (problems.length > 0) expect(() => parseAgentConfig(text, source)).toThrow(CniError);
      else expect(parseAgentConfig(text, source).cniConfigDir).toStartWith("/");
    }),
    { numRuns: 300 },
  );
});
