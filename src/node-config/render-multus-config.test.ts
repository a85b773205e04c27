// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseMultusConfig } from "../attachments/index.ts";
import { elementTexts, parseNetworkConfig, setKeys, valueText } from "../cni/index.ts";
import { anAgentConfig, aPrimary, ciliumText, flannelText } from "./builders.ts";
import type { Primary } from "./look-at-candidate.ts";
import { type RenderedConfig, renderMultusConfig } from "./render-multus-config.ts";

/** What the runtime passes to us on standard input for a file: libcni puts name and version into a plugin. */
function standardInput({ fileName, text }: RenderedConfig): string {
  const { name, cniVersion, form, plugins } = parseNetworkConfig(text, fileName);
  if (form === "single") return text;
  expect(plugins).toHaveLength(1);
  const injected = { name: JSON.stringify(name), cniVersion: JSON.stringify(cniVersion) };
  return setKeys(plugins[0]?.text ?? "", injected);
}

function render(primary: Primary, keys: object = {}, kubeconfig?: string): RenderedConfig {
  return renderMultusConfig({ primary, config: anAgentConfig({ ...keys }), kubeconfig });
}

function firstDelegate(rendered: RenderedConfig): string {
  return elementTexts(valueText(standardInput(rendered), "delegates") ?? "[]")[0] ?? "";
}

test("flannel of k3s: a list, its capabilities and the pod's annotations declared", () => {
  const rendered = render(aPrimary());
  expect(rendered.fileName).toBe("00-multus.conflist");
  const { delegates, ...keys } = JSON.parse(standardInput(rendered));
  expect(keys).toEqual({
    cniVersion: "1.0.0",
    name: "multus-cni-network",
    type: "multus",
    capabilities: { portMappings: true, bandwidth: true, "io.kubernetes.cri.pod-annotations": true },
    daemonSocketDir: "/run/multus",
  });
  expect(delegates).toEqual([JSON.parse(flannelText)]);
  expect(firstDelegate(rendered)).toBe(flannelText.trim());
});

const versions: readonly {
  readonly what: string;
  readonly primary: string;
  readonly keys?: object;
  readonly file: string;
  /** Of the file: `cniVersion`, and `cniVersions` where it is there. */
  readonly offers: readonly unknown[];
}[] = [
  { what: "before 1.0.0 a single plugin", primary: ciliumText, file: "00-multus.conf", offers: ["0.3.1"] },
  { what: "since 1.0.0 a list", primary: flannelText, file: "00-multus.conflist", offers: ["1.0.0"] },
  {
    what: "1.1.0 reaches the runtime, for STATUS and GC",
    primary: '{"cniVersion":"1.1.0","name":"a","plugins":[{"type":"bridge"}]}',
    file: "00-multus.conflist",
    offers: ["1.1.0"],
  },
  {
    what: "several versions are offered on",
    primary:
      '{"cniVersion":"0.4.0","cniVersions":["0.4.0","1.1.0"],"name":"a","plugins":[{"type":"bridge"}]}',
    file: "00-multus.conflist",
    offers: ["0.4.0", ["0.4.0", "1.1.0"]],
  },
  {
    what: "none is the oldest",
    primary: '{"name":"a","type":"bridge"}',
    file: "00-multus.conf",
    offers: ["0.1.0"],
  },
  {
    what: "the agent's configuration wins",
    primary: flannelText,
    keys: { cniVersion: "0.4.0" },
    file: "00-multus.conf",
    offers: ["0.4.0"],
  },
];

test.each(versions)("$what", ({ primary, keys, file, offers }) => {
  const rendered = render(aPrimary({ text: primary }), keys);
  const { cniVersion, cniVersions } = JSON.parse(rendered.text);
  const told = cniVersions === undefined ? [cniVersion] : [cniVersion, cniVersions];
  expect(told).toEqual([...offers]);
  expect(rendered.fileName).toBe(file as RenderedConfig["fileName"]);
  expect(firstDelegate(rendered)).toBe(primary.trim());
});

test("forceCNIVersion changes the primary's version and not another byte", () => {
  const rendered = render(aPrimary(), { cniVersion: "0.4.0", forceCNIVersion: true });
  expect(firstDelegate(rendered)).toBe(flannelText.trim().replace('"1.0.0"', '"0.4.0"'));
});

test("overrideNetworkName gives our configuration the primary's name", () => {
  expect(JSON.parse(render(aPrimary(), { overrideNetworkName: true, name: "n" }).text).name).toBe("cbr0");
  expect(JSON.parse(render(aPrimary(), { name: "n" }).text).name).toBe("n");
});

test("a kubeconfig is named only when one is kept", () => {
  expect(JSON.parse(standardInput(render(aPrimary(), {}, "/k/config"))).kubeconfig).toBe("/k/config");
  expect(render(aPrimary()).text).not.toContain("kubeconfig");
});

test("keys for the plugin are handed on as they were written, the agent's own are not", () => {
  const forPlugin = {
    namespaceIsolation: true,
    globalNamespaces: "default,shared",
    systemNamespaces: ["kube-system", "infra"],
    multusNamespace: "infra",
    defaultNetworks: ["storage"],
    readinessindicatorfile: "/run/ready",
    auxiliaryCNIChainName: "chain",
    binDir: "/b",
    cniDir: "/c",
    confDir: "/d",
    deadlineSeconds: 100,
    retryDeleteOnError: true,
    attach: "parallel",
    logFile: "/var/log/m.log",
    logLevel: "debug",
    logToStderr: false,
    logOptions: { maxAge: 3 },
  };
  const own = {
    primaryName: "cbr0",
    connectionLimit: 4,
    metricsPort: 80,
    sweepSeconds: 60,
    kubeconfig: "/k",
  };
  const written = JSON.parse(standardInput(render(aPrimary(), { ...forPlugin, ...own })));
  const { cniVersion, name, type, capabilities, daemonSocketDir, delegates, ...rest } = written;
  expect(rest).toEqual(forPlugin);
});

test("capabilities of the configuration win over those of the primary", () => {
  const keys = { capabilities: { ips: true, bandwidth: false } };
  expect(JSON.parse(standardInput(render(aPrimary(), keys))).capabilities).toEqual({
    portMappings: true,
    bandwidth: false,
    "io.kubernetes.cri.pod-annotations": true,
    ips: true,
  });
});

test("plugins that a folder adds to the primary are embedded with it", () => {
  const text = '{ "cniVersion": "1.1.0", "name": "x", "odd" : 1e2, "plugins": [{"type":"a"}] }';
  const added = [{ path: "/etc/cni/net.d/x/10-b.conf", text: '{"type":"b", "n": 12345678901234567890}\n' }];
  expect(firstDelegate(render(aPrimary({ text, added })))).toBe(
    '{ "cniVersion": "1.1.0", "name": "x", "odd" : 1e2, "plugins": [{"type":"a"},{"type":"b", "n": 12345678901234567890}] }',
  );
});

test("unless the primary wants its own plugins only", () => {
  const text = '{"cniVersion":"1.1.0","name":"x","loadOnlyInlinedPlugins":true,"plugins":[{"type":"a"}]}';
  const added = [{ path: "/etc/cni/net.d/x/10-b.conf", text: '{"type":"b"}' }];
  expect(firstDelegate(render(aPrimary({ text, added })))).toBe(text);
});

test("what the plugin reads is the primary, to the byte, whatever is in it", () => {
  const space = fc.constantFrom("", " ", "\n", "\t ");
  const odd = fc.constantFrom(
    "12345678901234567890",
    "1.0",
    "1e400",
    '"\\u0041\\/"',
    '{"type":"x"}',
    "[[],{}]",
  );
  const own = fc.array(fc.tuple(fc.constantFrom("a", "mtu", "delegates", "{", "ö"), odd), { maxLength: 3 });
  const plugin = fc.tuple(own, space, space).map(([keys, before, after]) => {
    const members = keys.map(([key, value]) => `${JSON.stringify(key)}${after}:${before}${value}`);
    return `{${before}${[...members, `"type":${after}"bridge"`].join(`${before},`)}${after}}`;
  });
  const primary = fc
    .tuple(
      fc.array(plugin, { minLength: 1, maxLength: 3 }),
      space,
      fc.constantFrom("0.3.1", "1.0.0", "1.1.0"),
    )
    .map(([plugins, gap, version]) => ({
      plugins,
      text: `${gap}{"cniVersion":${gap}"${version}","name":"n",${gap}"plugins":[${plugins.join(`${gap},`)}]${gap}}${gap}`,
    }));
  fc.assert(
    fc.property(primary, ({ plugins, text }) => {
      const rendered = render(aPrimary({ text }));
      expect(firstDelegate(rendered)).toBe(text.trim());
      const [first] = parseMultusConfig(standardInput(rendered)).delegates;
      expect(first?.plugins.map((read) => read.text)).toEqual(plugins);
    }),
    { numRuns: 150 },
  );
});
