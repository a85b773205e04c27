// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { elementTexts, valueText } from "../../cni/index.ts";
import { parseAgentConfig } from "../../node-config/index.ts";
import { type KeptNodeConfig, keepNodeConfig, type NodeEvent } from "./keep-node-config.ts";

/** A configuration of flannel, with a number that JavaScript cannot hold. */
export const flannel = `{ "name": "cbr0", "cniVersion": "1.0.0", "plugins": [{ "type": "flannel", "big": 12345678901234567890 },
  { "type": "portmap", "capabilities": { "portMappings": true } }] }\n`;

/** A configuration of Cilium. */
export const cilium = '{"cniVersion":"0.3.1","name":"cilium","plugins":[{"type":"cilium-cni"}]}\n';

/** Waits for what must come, and fails when it does not. */
export async function until(condition: () => boolean, withinMs = 4000): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!condition() && performance.now() < endsAt) await Bun.sleep(5);
  expect(condition()).toBe(true);
}

/** A while in which the watch would have told of everything. */
export const aWhile = (): Promise<void> => Bun.sleep(150);

/** Gives every test of a file a node of its own: folders, the agent that keeps its file, and its events. */
export function useNode() {
  let dir = "";
  let events: NodeEvent[] = [];
  let kept: KeptNodeConfig[] = [];
  beforeEach(() => {
    dir = mkdtempSync(`${tmpdir()}/plures-node-`);
    mkdirSync(`${dir}/net.d`);
    events = [];
    kept = [];
  });
  afterEach(async () => {
    for (const one of kept) await one.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const folder = (name: string): string => `${dir}/net.d/${name}`;
  const write = (name: string, text: string): void => writeFileSync(folder(name), text);
  const read = (name: string): string | undefined =>
    existsSync(folder(name)) ? readFileSync(folder(name), "utf8") : undefined;

  function start(keys: object = {}, kubeconfig?: string): KeptNodeConfig {
    const all = { cniConfigDir: `${dir}/net.d`, cniDir: `${dir}/cni`, ...keys };
    const one = keepNodeConfig({
      config: parseAgentConfig(JSON.stringify(all), "test"),
      kubeconfig,
      signal: new AbortController().signal,
      log: () => {},
      tell: (event) => events.push(event),
      // A poll that never comes: what is noticed is noticed by the watch.
      times: { settle: 20, poll: 600_000, patience: { running: 300, starting: 300 } },
    });
    kept.push(one);
    return one;
  }

  return {
    /** Of the whole node; the runtime's folder in it is `net.d`, our state is `cni`. */
    dir: () => dir,
    /** The path of a file in the runtime's folder. */
    folder,
    write,
    read,
    start,
    /** With flannel as primary and our file in place; events from then on. */
    startWithFlannel: async (keys: object = {}): Promise<KeptNodeConfig> => {
      write("10-flannel.conflist", flannel);
      const one = start(keys);
      await one.written;
      events.length = 0;
      return one;
    },
    events: (): readonly NodeEvent[] => events,
    reasons: (): readonly string[] => events.map(({ reason }) => reason),
    /** The message of the last event with a reason. */
    told: (reason: string): string => events.findLast((event) => event.reason === reason)?.message ?? "",
    /** The text of the primary that a file of ours embeds. */
    primaryIn: (name: string): string | undefined => {
      const text = read(name) ?? "{}";
      const [first = "{}"] = elementTexts(valueText(text, "plugins") ?? "[]");
      return elementTexts(valueText(name.endsWith("list") ? first : text, "delegates") ?? "[]")[0];
    },
  };
}
