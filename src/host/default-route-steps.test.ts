// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { inverseOf, planRouteSteps, type RouteStep, type WantedRoute } from "./default-route-steps.ts";
import type { Route } from "./netlink/index.ts";

const small = (max: number) => fc.integer({ min: 0, max });

const wantedRoutes = fc.uniqueArray(
  fc.record({
    family: fc.constantFrom("ipv4" as const, "ipv6" as const),
    link: fc.integer({ min: 1, max: 3 }),
    gateway: small(3).map((n) => (n === 0 ? undefined : `192.0.2.${n}`)),
    metric: small(2),
  }) satisfies fc.Arbitrary<WantedRoute>,
  { selector: (route) => JSON.stringify(route), maxLength: 4 },
);

const hops = fc.uniqueArray(
  fc.record({
    link: fc.integer({ min: 1, max: 3 }),
    gateway: small(3).map((n) => (n === 0 ? undefined : `192.0.2.${n}`)),
    weight: fc.constant(1),
    onlink: fc.boolean(),
    rest: fc.constant([]),
  }),
  { minLength: 1, maxLength: 3, selector: ({ link, gateway }) => `${link} ${gateway}` },
);

const tables = fc.array(
  fc.record({
    family: fc.constantFrom("ipv4" as const, "ipv6" as const),
    destination: fc.constantFrom("0.0.0.0/0", "::/0", "10.0.0.0/8"),
    table: fc.constantFrom(254, 100),
    protocol: fc.constant(3),
    scope: fc.constant(0),
    type: fc.constantFrom(1, 7),
    tos: fc.constant(0),
    metric: fc.constantFrom(0, 1, 2, 1024),
    cloned: fc.constant(false),
    nextHops: hops,
    rest: fc.constant([]),
  }) satisfies fc.Arbitrary<Route>,
  { maxLength: 5 },
);

/** What a table holds after the steps; throws where a step does not fit, as the kernel would. */
function apply(table: readonly Route[], steps: readonly RouteStep[]): readonly Route[] {
  return steps.reduce((now, { act, route }) => {
    if (act === "add") return now.concat(route);
    const at = now.findIndex((other) => Bun.deepEquals(other, route));
    if (at === -1) throw new Error("deletes what is not there");
    return now.toSpliced(at, 1);
  }, table);
}

const sorted = (table: readonly Route[]): readonly string[] =>
  table.map((route) => JSON.stringify(route)).sort();

test("nothing wanted, nothing done", () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(planRouteSteps(table, { remove: [], add: [] })).toEqual([]);
    }),
  );
});

test("after the steps the same wish needs no steps", () => {
  fc.assert(
    fc.property(tables, wantedRoutes, (table, add) => {
      const after = apply(table, planRouteSteps(table, { remove: [], add }));
      expect(planRouteSteps(after, { remove: [], add })).toEqual([]);
      const cleared = apply(after, planRouteSteps(after, { remove: add, add: [] }));
      expect(planRouteSteps(cleared, { remove: add, add: [] })).toEqual([]);
    }),
  );
});

test("the inverses in reverse bring back the table", () => {
  fc.assert(
    fc.property(tables, wantedRoutes, wantedRoutes, (table, remove, add) => {
      const steps = planRouteSteps(table, { remove, add });
      const back = steps.toReversed().map(inverseOf);
      expect(sorted(apply(apply(table, steps), back))).toEqual(sorted(table));
    }),
  );
});

test("routes that are no default of the main table are never touched", () => {
  fc.assert(
    fc.property(tables, wantedRoutes, wantedRoutes, (table, remove, add) => {
      for (const { route } of planRouteSteps(table, { remove, add })) {
        expect([route.table, route.type, route.destination === "10.0.0.0/8"]).toEqual([254, 1, false]);
      }
    }),
  );
});
