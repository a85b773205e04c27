// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, parseIp, parseIpOrCidr } from "../cni/index.ts";
import {
  isAbsent,
  type Place,
  readInterface,
  readList,
  readObject,
  readText,
  refuse,
} from "./annotation-values.ts";
import { parseMac } from "./mac-address.ts";
import type { Bandwidth, NetworkSelection, PortMapping } from "./selection-types.ts";

/** Reads the value of one key of a JSON element. */
type Reader = (value: unknown, place: Place) => Partial<NetworkSelection>;

const aGateway = "write one IPv4 or one IPv6 gateway without prefix length, such as 192.168.1.1";
const anAddress = "write an address such as 192.168.1.7/24 or fd00::7/64, without leading zeros";
const aMac = "write six bytes, such as 02:00:00:00:00:01";
const aGuid = "write eight bytes, such as c2:11:22:33:44:55:66:77";

/** Every key of the specification; matched without regard to case, as Go does. */
export const selectionFields: Readonly<Record<string, Reader>> = {
  interface: (value, place) => ({ interface: readInterface(value, place) }),
  ips: (value, place) => ({ ips: readIps(value, place) }),
  mac: (value, place) => ({ mac: readHardwareAddress(value, place, { bytes: [6, 20], hint: aMac }) }),
  "infiniband-guid": (value, place) => ({
    infinibandGuid: readHardwareAddress(value, place, { bytes: [8], hint: aGuid }),
  }),
  portMappings: (value, place) => ({ portMappings: readPortMappings(value, place) }),
  bandwidth: (value, place) => ({ bandwidth: readBandwidth(value, place) }),
  deviceID: (value, place) => ({ deviceId: readText(value, place) }),
  "cni-args": (value, place) => ({ cniArgs: readObject(value, place) }),
  "default-route": (value, place) => ({ defaultRoute: readGateways(value, place) }),
  "ipam-claim-reference": (value, place) => ({ ipamClaimReference: readText(value, place) }),
};

function readIps(value: unknown, place: Place): readonly string[] {
  return readList(value, place, anAddress).map((ip) => {
    if (typeof ip === "string" && parseIpOrCidr(ip) !== undefined) return ip;
    throw refuse(place, { value: ip, problem: "is no IP address", hint: anAddress });
  });
}

function readGateways(value: unknown, place: Place): readonly string[] {
  return readList(value, place, aGateway).map((gateway) => {
    if (typeof gateway === "string" && parseIp(gateway) !== undefined) return gateway;
    throw refuse(place, { value: gateway, problem: "is no gateway address", hint: aGateway });
  });
}

function readHardwareAddress(
  value: unknown,
  place: Place,
  wanted: { readonly bytes: readonly number[]; readonly hint: string },
): string {
  if (typeof value === "string" && parseMac(value, wanted.bytes) !== undefined) return value;
  const problem = wanted.hint === aGuid ? "is no InfiniBand GUID" : "is no MAC address";
  throw refuse(place, { value, problem, hint: wanted.hint });
}

function readPortMappings(value: unknown, place: Place): readonly PortMapping[] {
  const hint = 'write {"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}';
  return readList(value, place, hint).map((mapping) => {
    if (!isJsonObject(mapping)) throw refuse(place, { value: mapping, problem: "is no port mapping", hint });
    const { hostPort, containerPort, protocol, hostIP } = mapping;
    return {
      hostPort: readPort(hostPort, { ...place, field: "portMappings.hostPort" }),
      containerPort: readPort(containerPort, { ...place, field: "portMappings.containerPort" }),
      ...(isAbsent(protocol) ? {} : { protocol: readProtocol(protocol, place) }),
      ...(isAbsent(hostIP) ? {} : { hostIP: readHostIp(hostIP, place) }),
    };
  });
}

function readPort(value: unknown, place: Place): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535) return value;
  throw refuse(place, { value, problem: "is no port", hint: "write a number from 1 to 65535" });
}

function readProtocol(value: unknown, place: Place): string {
  if (typeof value === "string" && ["tcp", "udp", "sctp"].includes(value.toLowerCase())) return value;
  const hint = "write tcp, udp or sctp";
  throw refuse({ ...place, field: "portMappings.protocol" }, { value, problem: "is no protocol", hint });
}

function readHostIp(value: unknown, place: Place): string {
  if (typeof value === "string" && (value === "" || parseIp(value) !== undefined)) return value;
  const hint = "write an address without prefix length, or leave hostIP out for all addresses of the node";
  throw refuse({ ...place, field: "portMappings.hostIP" }, { value, problem: "is no IP address", hint });
}

const bandwidthKeys = ["ingressRate", "ingressBurst", "egressRate", "egressBurst"] as const;

function readBandwidth(value: unknown, place: Place): Bandwidth {
  const object = readObject(value, place);
  const given = bandwidthKeys.filter((key) => !isAbsent(object[key]));
  const unknownKey = Object.keys(object).find((key) => !bandwidthKeys.some((known) => known === key));
  if (unknownKey !== undefined) {
    const hint = `the keys are ${bandwidthKeys.join(", ")}`;
    throw refuse(place, { value: unknownKey, problem: "is no key of it", hint });
  }
  return Object.fromEntries(
    given.map((key) => [key, readRate(object[key], { ...place, field: `bandwidth.${key}` })]),
  );
}

function readRate(value: unknown, place: Place): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  const hint = "write a whole number, rates in bits per second, bursts in bits";
  throw refuse(place, { value, problem: "is no amount", hint });
}
