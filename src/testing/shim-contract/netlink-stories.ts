// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { testNamespace } from "../../host/namespace-testbed.ts";
import { encodeLinkDelete, encodeLinkQuery } from "../../host/netlink/link.ts";
import { decodeMessages, messageFlags } from "../../host/netlink/message.ts";
import type { StageMaker } from "./index.ts";
import { aRoute, dumps, errnoIn, linkDump, message, refused } from "./netlink-messages.ts";
import { text, welcomed } from "./welcomed.ts";

const { ack, create } = messageFlags;

const pod = [
  "link add eth0 address 02:00:00:00:00:01 type veth peer name p0",
  "link set eth0 up",
  "link set p0 up",
  "addr add 10.42.0.5/24 dev eth0",
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
      // What the kernel changes by itself is left out: addresses of IPv6, and whether a link has its carrier.
      const state = (): string =>
        ["-o link", "-o -4 addr", "-4 route show table all"]
          .map((command) => namespace.ip(command))
          .join("")
          .replace(/<[^>]*>| state \S+| linkdown/g, "");
      const was = state();
      const ending = await line.netlink(1, namespace.path, bytes);
      expect(ending.kind).toBe("refused");
      expect(text(ending.errors)).toMatch(/\w{3}/);
      expect(state()).toBe(was);
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
