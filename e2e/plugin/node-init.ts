// SPDX-License-Identifier: Apache-2.0
// The first program of a test's node, in mount and network namespaces of its own:
//   node-init.ts MASTER=CIDR[,CIDR]...
// Makes the node, a LAN behind each master, says "ready", and keeps the namespaces until its standard input
// ends.
import { addLan, outsideVariable, prepareSandbox } from "../../src/host/sandbox/index.ts";

await prepareSandbox({ outside: process.env[outsideVariable] });
for (const argument of process.argv.slice(2)) {
  const [master = "", addresses = ""] = argument.split("=");
  await addLan({ master, addresses: addresses.split(",") });
}
process.stdout.write("ready\n");
await Bun.stdin.text();
