// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { flag, list, maybe, number, oneOf, shape, text } from "./shapes.ts";

/** A network interface of the host. */
export const interfaceFact = shape("A network interface of the host", {
  name: text("Its name"),
  index: maybe(number("Its number")),
  kind: maybe(text("What `ip link` calls it: bridge, veth, macvlan ...; absent for hardware and lo")),
  mac: maybe(text("Its hardware address")),
  mtu: maybe(number("In bytes")),
  up: maybe(flag("Whether it is switched on")),
  carrier: maybe(flag("Whether it has a cable, or the like")),
  loopback: flag("Whether it is lo"),
  physical: maybe(flag("Whether a device is behind it")),
  controller: maybe(text("Name of the bridge or bond that it is a port of")),
  parent: maybe(text("Name of the interface that it stands on")),
  addresses: maybe(
    list(
      "Its addresses, CIDR notation, IPv4 first; absent when they were not seen",
      text("Such as 192.0.2.7/24"),
    ),
  ),
});

/** A network interface of the host. */
export type InterfaceFact = v.InferOutput<typeof interfaceFact>;

/** A route of the host's main table. */
export const routeFact = shape("A route of the host's main table", {
  family: oneOf("Address family", ["ipv4", "ipv6"]),
  destination: text("CIDR notation; 0.0.0.0/0 and ::/0 are default routes"),
  gateway: maybe(text("Address of the next router")),
  interface: maybe(text("Name of the interface that it leaves by")),
  metric: number("The smaller wins"),
});

/** A route of the host's main table. */
export type RouteFact = v.InferOutput<typeof routeFact>;
