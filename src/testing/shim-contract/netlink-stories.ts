// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { testNamespace } from "../../host/namespace-testbed.ts";
import { encodeAddressDump } from "../../host/netlink/address.ts";
import {
  encodeLinkChange,
  encodeLinkDelete,
  encodeLinkDump,
  encodeLinkQuery,
} from "../../host/netlink/link.ts";
import { decodeMessages, encodeMessage, messageFlags } from "../../host/netlink/message.ts";
import { encodeRoute, encodeRouteDump, type Route } from "../../host/netlink/route.ts";
import type { StageMaker } from "./index.ts";
import { text, welcomed } from "./run-stories.ts";

const { request, ack, dump, create } = messageFlags;
const pod = [
  "link add eth0 address 02:00:00:00:00:01 type veth peer name p0",
  "link set eth0 up",
  "link set p0 up",
  "addr add 10.42.0.5/24 dev eth0",
];

const message = (type: number, flags: number, body: Uint8Array): Uint8Array =>
  encodeMessage({ type, flags: flags | request, sequence: 7, body });

/** The default route, or one to `destination`, over the link of that index. */
function aRoute(link: number, destination = "0.0.0.0/0"): Uint8Array {
  const route: Route = {
    family: "ipv4",
    destination,
    table: 254,
    protocol: 3,
    scope: 0,
    type: 1,
    tos: 0,
    metric: 0,
    cloned: false,
    nextHops: [{ link, gateway: "10.42.0.1", onlink: false, weight: 1, rest: [] }],
    rest: [],
  };
  return encodeRoute(route);
}

const dumps = [
  { title: "links", bytes: message(18, dump, encodeLinkDump()), answerType: 16 },
  { title: "addresses", bytes: message(22, dump, encodeAddressDump("ipv4")), answerType: 20 },
  { title: "routes", bytes: message(26, dump, encodeRouteDump("ipv4")), answerType: 24 },
  { title: "routes of IPv6", bytes: message(26, dump, encodeRouteDump("ipv6")), answerType: 24 },
];

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const linkDump = message(18, dump, encodeLinkDump());

/** The same message with another length in its header. */
function withLength(bytes: Uint8Array, length: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(0, length, true);
  return copy;
}

const refused = [
  { title: "a route to a network", bytes: message(24, create | ack, aRoute(1, "10.9.0.0/16")) },
  { title: "the end of a route to a network", bytes: message(25, ack, aRoute(1, "10.42.0.0/24")) },
  { title: "a multicast route", bytes: message(24, create | ack, Uint8Array.of(128, ...aRoute(1).slice(1))) },
  { title: "a change of a link", bytes: message(16, ack, encodeLinkChange(2, { name: "other" })) },
  { title: "another change of a link", bytes: message(19, ack, encodeLinkChange(2, { up: false })) },
  { title: "a new address", bytes: message(20, create | ack, encodeAddressDump("ipv4")) },
  { title: "the rules", bytes: message(34, dump, encodeRouteDump("ipv4")) },
  {
    title: "a link of another namespace deleted",
    bytes: message(17, ack, joined(encodeLinkDelete(1), Uint8Array.of(8, 0, 46, 0, 0, 0, 0, 0))),
  },
  { title: "two messages", bytes: joined(linkDump, linkDump) },
  { title: "a message with bytes behind it", bytes: joined(linkDump, new Uint8Array(4)) },
  { title: "a message that is shorter than it says", bytes: withLength(linkDump, linkDump.length + 4) },
  { title: "a message that is longer than it says", bytes: withLength(linkDump, 16) },
  { title: "half a header", bytes: linkDump.subarray(0, 8) },
  { title: "one byte", bytes: Uint8Array.of(18) },
  { title: "a route message without body", bytes: message(24, create | ack, new Uint8Array(0)) },
  {
    title: "a message of 4100 bytes",
    bytes: message(18, dump, joined(encodeLinkDump(), new Uint8Array(4060))),
  },
];

/** Messages to the kernel, carried into a pod's namespace. */
export function describeNetlink(stage: StageMaker): void {
  describe("a netlink step", () => {
    test.each(dumps)("carries a question for all $title", async ({ bytes, answerType }) => {
      using namespace = testNamespace(pod);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const ending = await line.netlink(1, namespace.path, bytes);
      expect(ending.kind).toBe("answered");
      const messages = decodeMessages(ending.output);
      expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map(() => 7));
      expect(messages.at(-1)?.type).toBe(3);
      expect(messages.slice(0, -1).map(({ type }) => type)).toContain(answerType);
      await done();
    });

    test("carries a question for one link, and what the kernel says of one that is not there", async () => {
      using namespace = testNamespace(pod);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const found = await line.netlink(1, namespace.path, message(18, 0, encodeLinkQuery("eth0")));
      expect(decodeMessages(found.output).map(({ type }) => type)).toEqual([16]);
      const none = await line.netlink(2, namespace.path, message(18, 0, encodeLinkQuery("eth9")));
      expect(none.kind).toBe("answered");
      expect(errnoIn(none.output)).toBe(constants.errno.ENODEV);
      await done();
    });

    test("brings an answer of many datagrams whole", async () => {
      const links = Array.from({ length: 60 }, (_, n) => `link add d${n} type veth peer name e${n}`);
      using namespace = testNamespace(links);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const ending = await line.netlink(1, namespace.path, linkDump);
      expect(decodeMessages(ending.output).filter(({ type }) => type === 16)).toHaveLength(121);
      await done();
    });

    test("adds and deletes a default route, and deletes a link", async () => {
      using namespace = testNamespace(pod);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const index = Number(/^(\d+): eth0/m.exec(namespace.ip("-o link show eth0"))?.[1]);
      const add = message(24, create | ack, aRoute(index));
      expect(errnoIn((await line.netlink(1, namespace.path, add)).output)).toBe(0);
      expect(namespace.ip("route show default")).toContain("default via 10.42.0.1 dev eth0");
      const wrong = message(24, create | ack, aRoute(index + 40));
      expect(errnoIn((await line.netlink(2, namespace.path, wrong)).output)).toBeGreaterThan(0);
      const remove = message(25, ack, aRoute(index));
      expect(errnoIn((await line.netlink(3, namespace.path, remove)).output)).toBe(0);
      expect(namespace.ip("route show default")).toBe("");
      const unlink = message(17, ack, encodeLinkDelete(index));
      expect(errnoIn((await line.netlink(4, namespace.path, unlink)).output)).toBe(0);
      expect(() => namespace.ip("link show eth0")).toThrow("eth0");
      await done();
    });

    test.each(refused)("is refused for $title", async ({ bytes }) => {
      using namespace = testNamespace(pod);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const was = namespace.ip("-d addr") + namespace.ip("route show table all");
      const ending = await line.netlink(1, namespace.path, bytes);
      expect(ending.kind).toBe("refused");
      expect(text(ending.errors)).toMatch(/\w{3}/);
      expect(namespace.ip("-d addr") + namespace.ip("route show table all")).toBe(was);
      await done();
    });

    const empty = new Uint8Array(0);
    test("an empty message looks whether there is a namespace", async () => {
      using namespace = testNamespace();
      const it = await stage();
      const { line, done } = await welcomed(it);
      writeFileSync(`${it.folder}/plain`, "");
      Bun.spawnSync(["mkfifo", `${it.folder}/fifo`]);
      const there = await line.netlink(1, namespace.path, empty);
      expect(there).toMatchObject({ kind: "answered", output: empty });
      const absent = [
        "/run/netns/plures-absent",
        `${it.folder}/plain`,
        `${it.folder}/plain/below`,
        `${it.folder}/fifo`,
        it.folder,
      ];
      for (const [index, path] of absent.entries()) {
        for (const [offset, bytes] of [empty, linkDump].entries()) {
          expect(await line.netlink(10 + 2 * index + offset, path, bytes)).toMatchObject({
            kind: "no-namespace",
          });
        }
      }
      await done();
    });

    test("no namespace but a pod's is entered", async () => {
      const it = await stage();
      const { line, pid, done } = await welcomed(it);
      const paths = [
        "/proc/self/ns/net",
        "/proc/thread-self/ns/net",
        `/proc/${pid}/ns/net`,
        `/proc/${process.pid}/ns/net`,
        "/proc/self/ns/mnt",
        "run/netns/relative",
        "proc/self/ns/net",
        "",
      ];
      for (const [index, path] of paths.entries()) {
        for (const [offset, bytes] of [empty, linkDump].entries()) {
          expect(await line.netlink(2 * index + offset, path, bytes)).toMatchObject({ kind: "refused" });
        }
      }
      await done();
    });

    test("many go side by side with runs", async () => {
      using namespace = testNamespace(pod);
      const it = await stage();
      const { line, done } = await welcomed(it);
      const endings = await Promise.all([
        ...Array.from({ length: 8 }, (_, id) => line.run(id, it.aRun("echo-result"))),
        ...Array.from({ length: 8 }, (_, id) => line.netlink(100 + id, namespace.path, linkDump)),
      ]);
      expect(endings.map(({ kind }) => kind)).toEqual([
        ...Array(8).fill("exited"),
        ...Array(8).fill("answered"),
      ]);
      await done();
    });
  });
}

/** The error number of an acknowledgement, 0 for success. */
function errnoIn(datagram: Uint8Array): number | undefined {
  const [error] = decodeMessages(datagram);
  return error?.type === 2
    ? 0 - new DataView(error.body.buffer).getInt32(error.body.byteOffset, true)
    : undefined;
}
