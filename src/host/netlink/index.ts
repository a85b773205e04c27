// SPDX-License-Identifier: Apache-2.0
export * from "./address-text.ts";
export type { Link } from "./link.ts";
export { createNetlink, type Netlink, type NetlinkExchange } from "./netlink.ts";
export { errorName, NetlinkError } from "./netlink-error.ts";
export type { NextHop } from "./next-hop.ts";
export * from "./queries.ts";
export { isDefaultRoute, type Route, routeNumbers } from "./route.ts";
export { type NetlinkSocket, openNetlinkSocket } from "./socket.ts";
