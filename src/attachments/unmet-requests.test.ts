// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { anAttachment, aResult } from "./builders.ts";
import { unmetRequests } from "./unmet-requests.ts";

const asking = (ips: readonly string[], mac?: string) =>
  anAttachment({ requested: { ips, mac, infinibandGuid: undefined, deviceId: undefined } });
const sandbox = "/run/netns/x";
const gave = (addresses: readonly string[], ...macs: readonly string[]) =>
  aResult({
    ips: addresses.map((address) => ({ address })),
    interfaces: [
      { name: "br0", mac: "0e:00:00:00:00:01" },
      ...macs.map((mac, index) => ({ name: `net${index + 1}`, mac, sandbox })),
    ],
  });
const seen = (mac: string, ...addresses: readonly string[]) => ({ mac, addresses });
const mac = "02:00:00:00:40:10";

test.each([
  ["nothing asked", asking([]), gave([]), undefined],
  ["the address", asking(["10.1.1.5"]), gave(["10.1.1.5/24"]), undefined],
  ["another prefix length", asking(["10.1.1.5/16"]), gave(["10.1.1.5/24"]), undefined],
  ["one of several", asking(["fd00:0::0005"]), gave(["10.1.1.9/24", "fd00::5/64"]), undefined],
  ["the kernel has it", asking(["10.1.1.5"]), gave([]), seen("", "10.1.1.5/24")],
  ["the MAC, written another way", asking([], "02-00-00-00-40-10"), gave([], mac), undefined],
  ["the MAC on a second interface", asking([], mac), gave([], "0a:00:00:00:00:02", mac), undefined],
  ["the kernel has the MAC", asking([], mac), gave([], "0a:00:00:00:00:02"), seen(mac)],
])("%s: nothing is missing", (_, attachment, result, observed) => {
  expect(unmetRequests(attachment, result, observed)).toBeUndefined();
});

const ipsRemedy = 'add to the NAD: "capabilities": {"ips": true} and an IPAM that honours it, e.g. static';
const macRemedy = 'add to the NAD: "capabilities": {"mac": true} to a plugin that honours it, e.g. tuning';
const other = "0a:00:00:00:00:02";

test.each([
  [
    `10.1.1.9/24 instead of the requested 10.1.1.5/24; ${ipsRemedy}`,
    asking(["10.1.1.5/24"]),
    gave(["10.1.1.9/24"]),
    undefined,
  ],
  [
    `10.1.1.5/24 instead of the requested fd00::5; ${ipsRemedy}`,
    asking(["10.1.1.5", "fd00::5"]),
    gave(["10.1.1.5/24"]),
    undefined,
  ],
  [
    `10.1.1.9/24 instead of the requested 10.1.1.5; ${ipsRemedy}`,
    asking(["10.1.1.5"]),
    gave(["10.1.1.9/24"]),
    seen(other, "10.1.1.5/24"),
  ],
  [`no address instead of the requested 10.1.1.5; ${ipsRemedy}`, asking(["10.1.1.5"]), gave([]), undefined],
  [
    `fe80::1/64 instead of the requested 10.1.1.5; ${ipsRemedy}`,
    asking(["10.1.1.5"]),
    gave([]),
    seen(other, "fe80::1/64"),
  ],
  [`${other} instead of the requested ${mac}; ${macRemedy}`, asking([], mac), gave([], other), undefined],
  [`${other} instead of the requested ${mac}; ${macRemedy}`, asking([], mac), gave([]), seen(other)],
  [`no MAC address instead of the requested ${mac}; ${macRemedy}`, asking([], mac), gave([]), undefined],
  [
    `${other} instead of the requested 0e:00:00:00:00:01; ${macRemedy}`,
    asking([], "0e:00:00:00:00:01"),
    gave([], other),
    undefined,
  ],
])("%s", (sentence, attachment, result, observed) => {
  expect(unmetRequests(attachment, result, observed)).toBe(`network "default/mv-a" gave net1 ${sentence}`);
});
