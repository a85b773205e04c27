// SPDX-License-Identifier: Apache-2.0

/** A pod of this node and the devices that it was given. */
export interface PodDevices {
  readonly name: string;
  readonly namespace: string;
  /** Device ids by resource name, in the order of containers and of allocation. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
}

/** A field of a protobuf message: its number, and its bytes where it has some. */
interface Field {
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Decodes ListPodResourcesResponse of the kubelet's pod-resources API. What we read is the same in v1 and
 * v1alpha1: `pod_resources = 1 {name = 1, namespace = 2, containers = 3 {devices = 2 {resource_name = 1,
 * device_ids = 2}}}`. Throws a RangeError for bytes that are no such message.
 */
export function decodePodResources(message: Uint8Array): readonly PodDevices[] {
  return messagesAt(fieldsOf(message), 1).map((pod) => {
    const devices = new Map<string, string[]>();
    for (const container of messagesAt(pod, 3)) {
      for (const device of messagesAt(container, 2)) {
        const resource = textsAt(device, 1).at(-1) ?? "";
        devices.set(resource, [...(devices.get(resource) ?? []), ...textsAt(device, 2)]);
      }
    }
    return { name: textsAt(pod, 1).at(-1) ?? "", namespace: textsAt(pod, 2).at(-1) ?? "", devices };
  });
}

function messagesAt(fields: readonly Field[], number: number): readonly (readonly Field[])[] {
  return bytesAt(fields, number).map(fieldsOf);
}

function textsAt(fields: readonly Field[], number: number): readonly string[] {
  return bytesAt(fields, number).map((bytes) => new TextDecoder().decode(bytes));
}

function bytesAt(fields: readonly Field[], number: number): readonly Uint8Array[] {
  return fields.flatMap((field) =>
    field.number === number && field.bytes !== undefined ? [field.bytes] : [],
  );
}

/** Wire types of protobuf that have a fixed length, in bytes. */
const fixedLengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function fieldsOf(message: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    at = tag.next;
    if (wireType === 0) {
      at = readVarint(message, at).next;
      fields.push({ number, bytes: undefined });
      continue;
    }
    const length = wireType === 2 ? readVarint(message, at) : { value: fixedLengths[wireType], next: at };
    if (length.value === undefined) throw new RangeError(`wire type ${wireType} at byte ${at} is not known`);
    const end = length.next + length.value;
    if (end > message.length) throw new RangeError(`field ${number} at byte ${at} ends after the message`);
    fields.push({ number, bytes: wireType === 2 ? message.subarray(length.next, end) : undefined });
    at = end;
  }
  return fields;
}

function readVarint(message: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start; at < start + 10; at++) {
    const byte = message[at];
    if (byte === undefined) throw new RangeError(`the number at byte ${start} ends after the message`);
    // Not with bit operations: those stop at 32 bits.
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new RangeError(`the number at byte ${start} is too long`);
}
