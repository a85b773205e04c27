// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { aConfig, aNetwork, aSelection } from "./builders.ts";
import { undeclaredRequests } from "./undeclared-requests.ts";

const bandwidth = { ingressRate: 1000 };

test.each([
  ["nothing asked", {}, {}, []],
  ["declared", { capabilities: { bandwidth: true } }, { bandwidth }, []],
  ["an address, that the result shows", {}, { ips: ["10.1.1.5"], mac: "02:00:00:00:00:01" }, []],
  ["declared false", { capabilities: { bandwidth: false } }, { bandwidth }, ["bandwidth"]],
  [
    "ports and a GUID",
    {},
    { portMappings: [{ hostPort: 1, containerPort: 2 }], infinibandGuid: "c2:11:22:33:44:55:66:77" },
    ["portMappings", "infinibandGUID"],
  ],
])("%s", (_, config, asked, capabilities) => {
  const sentences = undeclaredRequests(aNetwork({ config: aConfig(config), selection: aSelection(asked) }));
  expect(sentences).toEqual(
    capabilities.map(
      (each) =>
        `network "default/mv-a" takes no ${each}: declare "capabilities": {"${each}": true} on a plugin of its NAD`,
    ),
  );
});
