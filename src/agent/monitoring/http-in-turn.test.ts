// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { serveHttpInTurn } from "./http-in-turn.ts";

const stops: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A port that was free a moment ago. */
async function freeAddress(): Promise<string> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const address = `127.0.0.1:${probe.port}`;
  await probe.stop(true);
  return address;
}

async function start(address: string, name: string, isOurTurn = () => true) {
  const server = await serveHttpInTurn({
    address,
    metrics: { text: async () => name, contentType: "text/plain" },
    isReady: () => ({ ready: true, reasons: [] }),
    isHealthy: () => true,
    isOurTurn,
    log: () => {},
    lookEveryMs: 10,
  });
  stops.push(() => server.stop());
  return server;
}

async function whoAnswers(address: string): Promise<string | undefined> {
  const answer = await fetch(`http://${address}/metrics`, { keepalive: false }).catch(() => undefined);
  return answer?.text();
}

async function untilAnsweredBy(address: string, name: string): Promise<void> {
  const end = Date.now() + 3000;
  while ((await whoAnswers(address)) !== name) {
    if (Date.now() > end) throw new Error(`${name} does not answer`);
    await Bun.sleep(10);
  }
}

test("the newer agent gets the port, and the older one has it again when the newer one is gone", async () => {
  const address = await freeAddress();
  let isOldersTurn = true;
  await start(address, "older", () => isOldersTurn);
  const newer = await start(address, "newer");
  expect(await whoAnswers(address)).toBe("older");
  isOldersTurn = false;
  await untilAnsweredBy(address, "newer");
  await newer.stop();
  isOldersTurn = true;
  await untilAnsweredBy(address, "older");
});

test("a stranger on the port is an error", async () => {
  const stranger = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
  stops.push(() => stranger.stop(true));
  const address = `127.0.0.1:${stranger.port}`;
  await expect(start(address, "agent")).rejects.toThrow(
    `cannot listen on "${address}": another program listens there`,
  );
});
