// SPDX-License-Identifier: Apache-2.0
import { type AgentConfig, parseAgentConfig } from "./agent-config.ts";
import { choosePrimary } from "./choose-primary.ts";
import type { CandidateFile, Primary } from "./look-at-candidate.ts";

/** The agent's configuration for tests: all defaults but `keys`. */
export function anAgentConfig(keys: Readonly<Record<string, unknown>> = {}): AgentConfig {
  return parseAgentConfig(JSON.stringify(keys), "test");
}

/** The configuration of flannel, as k3s writes it. */
export const flannelText = `{
  "name":"cbr0",
  "cniVersion":"1.0.0",
  "plugins":[
    {
      "type":"flannel",
      "delegate":{
        "hairpinMode":true,
        "forceAddress":true,
        "isDefaultGateway":true
      }
    },
    {
      "type":"portmap",
      "capabilities":{
        "portMappings":true
      }
    },
    {
      "type":"bandwidth",
      "capabilities":{
        "bandwidth":true
      }
    }
  ]
}
`;

/** The configuration of Cilium. */
export const ciliumText = `{
  "cniVersion": "0.3.1",
  "name": "cilium",
  "plugins": [{ "type": "cilium-cni", "enable-debug": false, "log-file": "/var/run/cilium/cilium-cni.log" }]
}
`;

/** A primary for tests: flannel's unless a file is given. */
export function aPrimary(file: Partial<CandidateFile> = {}): Primary {
  const files = [{ path: "/etc/cni/net.d/10-flannel.conflist", text: flannelText, ...file }];
  const choice = choosePrimary({ files, identity: anAgentConfig().primary });
  if (choice.kind !== "chosen") throw new Error(choice.reason);
  return choice.primary;
}
