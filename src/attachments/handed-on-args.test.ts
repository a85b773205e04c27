// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { aSelection } from "./builders.ts";
import recordedState from "./fixtures/recorded-multus-state.json";
import { handedOnArgs } from "./handed-on-args.ts";
import { parseNetworkSelections } from "./selections.ts";

const pod = { namespace: "default", name: "web", uid: "1-2" };
const source = { args: "", containerId: "abc", pod, selection: undefined };
const own =
  "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2";

test.each([
  ["nothing came in", source, own],
  ["no pod", { ...source, pod: undefined }, "IgnoreUnknown=true"],
  ["what came in stays behind", { ...source, args: "X=a=b;IgnoreUnknown=0;Y=" }, `${own};X=a=b;Y=`],
  ["the runtime's names win", { ...source, args: "K8S_POD_UID=hash" }, own.replace("1-2", "hash")],
  ["one address", { ...source, selection: aSelection({ ips: ["10.1.1.5/24"] }) }, `${own};IP=10.1.1.5/24`],
  ["two addresses", { ...source, selection: aSelection({ ips: ["10.1.1.5", "fd00::5"] }) }, own],
  [
    "a MAC",
    { ...source, selection: aSelection({ mac: "02:00:00:00:00:01" }) },
    `${own};MAC=02:00:00:00:00:01`,
  ],
  [
    "MAC and IP of the selection win",
    {
      ...source,
      args: "IP=10.1.1.1;MAC=x",
      selection: aSelection({ ips: ["10.1.1.5"], mac: "02:00:00:00:00:01" }),
    },
    `${own};IP=10.1.1.5;MAC=02:00:00:00:00:01`,
  ],
])("%s", (_, from, expected) => {
  expect(handedOnArgs(from)).toBe(expected);
});

const recordedCaches = recordedState.flatMap(({ pod: name, containerId, request, results }) =>
  Object.entries(results).map(([file, text]) => ({
    name,
    containerId,
    args: request.env.CNI_ARGS,
    file,
    cache: JSON.parse(text),
  })),
);

/** What the recorded pods asked for, by cache file of the network. */
const asked: Readonly<Record<string, string>> = {
  "mv-ips": '[{"name": "mv-ips", "ips": ["192.168.40.10/24"], "mac": "02:00:00:00:40:10"}]',
  "mv-a of ignored-ip": '[{"name": "mv-a", "ips": ["192.168.10.77/24"]}]',
};

test.each(recordedCaches)(
  "$file has the arguments that upstream handed on",
  ({ name, containerId, args, cache }) => {
    const annotation = asked[cache.networkName] ?? asked[`${cache.networkName} of ${name}`] ?? "";
    const selection = parseNetworkSelections(annotation, "default")[0];
    const recorded = cache.cniArgs.map((pair: readonly string[]) => pair.join("=")).join(";");
    expect(handedOnArgs({ args, containerId, pod: undefined, selection })).toBe(recorded);
  },
);
