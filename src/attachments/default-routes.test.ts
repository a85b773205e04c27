// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { CniError, ipFamilies } from "../cni/index.ts";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { anAttachment, aResult } from "./builders.ts";
import {
  changesDefaultRoutes,
  decideDefaultRoutes,
  defaultRouteChange,
  editDefaultRoutes,
} from "./default-routes.ts";
import type { DefaultRoute } from "./objects.ts";
import type { DefaultRouteDecision } from "./plan.ts";

const asks = (label: string, defaultRoute?: readonly string[]) => ({ label, selection: { defaultRoute } });
const primary = { label: "cbr0", selection: undefined };
const keep: DefaultRouteDecision = { kind: "keep" };
const remove: DefaultRouteDecision = { kind: "remove" };
const via = (gateway: string): DefaultRouteDecision => ({ kind: "via", gateway });

test.each([
  ["nobody asks", [primary, asks("a")], [keep, keep], [keep, keep]],
  ["IPv4 alone", [primary, asks("a", ["10.1.1.1"])], [remove, via("10.1.1.1")], [keep, keep]],
  ["IPv6 alone", [primary, asks("a", ["fd00::1"])], [keep, keep], [remove, via("fd00::1")]],
  [
    "both on one",
    [primary, asks("a", ["10.1.1.1", "fd00::1"])],
    [remove, via("10.1.1.1")],
    [remove, via("fd00::1")],
  ],
  [
    "one each",
    [primary, asks("a", ["10.1.1.1"]), asks("b", ["fd00::1"])],
    [remove, via("10.1.1.1"), remove],
    [remove, remove, via("fd00::1")],
  ],
  ["odd spellings", [asks("a", ["::ffff:10.1.1.1", "FD00:0::1"])], [via("10.1.1.1")], [via("fd00::1")]],
  ["an empty list", [primary, asks("a", []), asks("b")], [remove, keep, remove], [remove, keep, remove]],
])("%s", (_, networks, ipv4, ipv6) => {
  const decisions = decideDefaultRoutes(networks);
  expect(decisions.map((decision) => decision.ipv4)).toEqual(ipv4);
  expect(decisions.map((decision) => decision.ipv6)).toEqual(ipv6);
});

test.each([
  [
    [asks("a", ["10.1.1.1"]), asks("b", ["10.2.2.1"])],
    'networks "a" and "b" ask for two IPv4 default routes, a pod has one',
  ],
  [[asks("a", ["10.1.1.1", "10.1.1.2"])], 'network "a" asks for two IPv4 default routes, a pod has one'],
  [
    [asks("a", ["fd00::1"]), asks("b", ["fd00::2"])],
    'networks "a" and "b" ask for two IPv6 default routes, a pod has one',
  ],
  [
    [asks("a", []), asks("b", ["10.1.1.1"])],
    'networks "a" and "b" ask for two IPv4 default routes, a pod has one',
  ],
])("%j is refused", (networks, message) => {
  expect(cniErrorOf(() => decideDefaultRoutes(networks))).toMatchObject({ code: 7, message });
});

const route = (name: string, gateway: string | undefined, metric = 0): DefaultRoute => ({
  family: gateway?.includes(":") ? "ipv6" : "ipv4",
  interface: name,
  gateway,
  metric,
});

/** A plan with eth0 and net1, IPv4 and IPv6 decided as given for each. */
const planOf = (...decisions: readonly (readonly [DefaultRouteDecision, DefaultRouteDecision])[]) => ({
  attachments: decisions.map(([ipv4, ipv6], index) =>
    anAttachment({ interface: index === 0 ? "eth0" : `net${index}`, defaultRoutes: { ipv4, ipv6 } }),
  ),
});

const kernelRoutes = [
  route("eth0", "10.42.0.1"),
  route("net1", "192.168.20.9"),
  route("eth0", "fd42::1", 1024),
];

test.each([
  ["nothing decided", planOf([keep, keep], [keep, keep]), kernelRoutes, undefined],
  [
    "IPv4 moves, IPv6 stays",
    planOf([remove, keep], [via("192.168.20.1"), keep]),
    kernelRoutes,
    { remove: [kernelRoutes[0], kernelRoutes[1]], add: [route("net1", "192.168.20.1")] },
  ],
  [
    "the wanted route is there",
    planOf([remove, keep], [via("192.168.20.9"), keep]),
    kernelRoutes,
    { remove: [kernelRoutes[0]], add: [] },
  ],
  [
    "all is as it should be",
    planOf([remove, keep], [via("192.168.20.9"), keep]),
    [kernelRoutes[1]],
    undefined,
  ],
  [
    "the same gateway on another interface",
    planOf([remove, keep], [via("10.42.0.1"), keep]),
    [kernelRoutes[0]],
    { remove: [kernelRoutes[0]], add: [route("net1", "10.42.0.1")] },
  ],
  [
    "IPv6, written another way",
    planOf([remove, remove], [keep, via("FD00:0::1")]),
    [route("net1", "fd00::1", 1024), route("eth0", "fd42::1", 1024)],
    { remove: [route("eth0", "fd42::1", 1024)], add: [] },
  ],
  [
    "a route without next hop goes too",
    planOf([remove, keep], [via("192.168.20.1"), keep]),
    [route("eth0", undefined)],
    { remove: [route("eth0", undefined)], add: [route("net1", "192.168.20.1")] },
  ],
  [
    "a network keeps its own",
    planOf([remove, remove], [keep, keep]),
    kernelRoutes,
    { remove: [kernelRoutes[0], kernelRoutes[2]], add: [] },
  ],
] as const)("%s", (_, plan, current, change) => {
  expect(defaultRouteChange(plan, current as readonly DefaultRoute[])).toEqual(change as never);
});

test("a plan tells whether it touches default routes", () => {
  expect(changesDefaultRoutes(planOf([keep, keep], [keep, keep]))).toBe(false);
  expect(changesDefaultRoutes(planOf([keep, keep], [keep, via("fd00::1")]))).toBe(true);
});

const routes = [{ dst: "0.0.0.0/0" }, { dst: "::/0", gw: "fd42::1" }, { dst: "10.0.0.0/8", gw: "10.42.0.1" }];

test.each([
  [keep, keep, routes],
  [remove, keep, [routes[1], routes[2]]],
  [keep, remove, [routes[0], routes[2]]],
  [via("10.1.1.1"), remove, [routes[2], { dst: "0.0.0.0/0", gw: "10.1.1.1" }]],
  [keep, via("fd00::1"), [routes[0], routes[2], { dst: "::/0", gw: "fd00::1" }]],
])("a result with IPv4 %j and IPv6 %j has the routes %j", (ipv4, ipv6, expected) => {
  const result = aResult({ routes });
  expect(editDefaultRoutes(result, { defaultRoutes: { ipv4, ipv6 } }).routes).toEqual(
    expected as typeof routes,
  );
});

const gateways = fc.array(
  fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((ip) => !ip.includes(".")),
  ),
  { maxLength: 2 },
);
const selections = fc.array(fc.option(gateways, { nil: undefined }), { maxLength: 5 });

test("after the change a family has at most one default route, if anyone asked, and a second look changes nothing", () => {
  fc.assert(
    fc.property(selections, fc.array(fc.nat(5), { maxLength: 4 }), (asked, present) => {
      const networks = asked.map((defaultRoute, index) => asks(`n${index}`, defaultRoute));
      let decisions: ReturnType<typeof decideDefaultRoutes>;
      try {
        decisions = decideDefaultRoutes(networks);
      } catch (error) {
        expect(error).toBeInstanceOf(CniError);
        return;
      }
      const plan = planOf(...decisions.map(({ ipv4, ipv6 }) => [ipv4, ipv6] as const));
      const names = new Set(present.map((index) => (index === 0 ? "eth0" : `net${index}`)));
      const current = [...names].flatMap((name) => [route(name, "10.9.9.9"), route(name, "fd09::9")]);
      const change = defaultRouteChange(plan, current);
      const after = [...current.filter((each) => !change?.remove.includes(each)), ...(change?.add ?? [])];
      for (const family of ipFamilies) {
        const isAsked = plan.attachments.some(({ defaultRoutes }) => defaultRoutes[family].kind === "via");
        if (isAsked) expect(after.filter((each) => each.family === family)).toHaveLength(1);
      }
      expect(defaultRouteChange(plan, after)).toBeUndefined();
    }),
  );
});
