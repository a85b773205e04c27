// SPDX-License-Identifier: Apache-2.0
export type { LinkAddress } from "./address.ts";
export * from "./address-text.ts";
export type { Link, LinkChange, NewLink } from "./link.ts";
export * from "./queries.ts";
export { isDefaultRoute, type NextHop, type Route, routeNumbers } from "./route.ts";
export { type Netlink, NetlinkError, openNetlink } from "./socket.ts";
