// SPDX-License-Identifier: Apache-2.0
// An entry of its own, apart from host: the plugin never loads it.
export { type HostToRead, readHostFacts } from "./read-host-facts.ts";
