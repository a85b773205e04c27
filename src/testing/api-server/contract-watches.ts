// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type Json, mappingAt, textAt } from "./api-object.ts";
import {
  asJson,
  type ContractAnswer,
  type ContractRequest,
  expectStatus,
  namesOf,
  network,
} from "./contract-objects.ts";

const networks = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions";

/** What the suite lends. */
interface Hands {
  send(request: ContractRequest): Promise<ContractAnswer>;
  create(path: string, object: Json): Promise<Json>;
  patch(path: string, body: unknown): Promise<ContractAnswer>;
  /** A name that no other run of the suite uses. */
  nameOf(suffix: string): string;
  readonly run: string;
}

/** The part of the contract that is about watches, and about lists that begin them. */
export function describeWatchContract({ send, create, patch, nameOf, run }: Hands): void {
  test("a watch from a version that is long gone ends with 410", async () => {
    const { body } = await send({
      method: "GET",
      path: `${networks}?watch=1&resourceVersion=1&timeoutSeconds=2`,
    });
    expect(body).toMatchObject({ type: "ERROR", object: { kind: "Status", reason: "Expired", code: 410 } });
  });

  test("a list from memory is whole whatever the limit, and its version begins a watch", async () => {
    for (const name of ["m1", "m2", "m3"].map(nameOf)) await create(networks, network(name));
    const wanted = ["m1", "m2", "m3"].map(nameOf);
    const path = `${networks}?resourceVersion=0&limit=1`;
    // From memory means that it may be a moment behind.
    let page = asJson((await send({ method: "GET", path })).body);
    for (let again = 0; again < 20 && !wanted.every((name) => namesOf(page).includes(name)); again++) {
      await Bun.sleep(50);
      page = asJson((await send({ method: "GET", path })).body);
    }
    expect(namesOf(page)).toEqual(expect.arrayContaining(wanted));
    const version = textAt(mappingAt(page, "metadata"), "resourceVersion");
    const events = await watchFor(version, () => create(networks, network(nameOf("m4"))).then(() => {}));
    expect(events).toContainEqual(["ADDED", nameOf("m4")]);
    expect(events).not.toContainEqual(["ADDED", nameOf("m1")]);
  });

  test("a list that is to be no older than a version to come is 504", async () => {
    const page = asJson((await send({ method: "GET", path: networks })).body);
    const version = Number(textAt(mappingAt(page, "metadata"), "resourceVersion")) + 1_000_000;
    const answer = await send({ method: "GET", path: `${networks}?resourceVersion=${version}` });
    expectStatus(answer, 504, "Timeout");
  }, 10_000);

  test("a watch with a selector tells who comes in as added, who leaves as deleted", async () => {
    const object = network(nameOf("select"));
    await create(networks, object);
    const page = asJson((await send({ method: "GET", path: networks })).body);
    const path = `${networks}/${nameOf("select")}`;
    const events = await watchFor(
      textAt(mappingAt(page, "metadata"), "resourceVersion"),
      async () => {
        for (const run1 of [run, null]) await patch(path, { metadata: { labels: { run1 } } });
      },
      `&labelSelector=run1%3D${run}`,
    );
    expect(events).toEqual([
      ["ADDED", nameOf("select")],
      ["DELETED", nameOf("select")],
    ]);
  });

  /** Type and name of what a watch of two seconds tells while `act` goes on; no bookmarks. */
  async function watchFor(version: string, act: () => Promise<void>, more = ""): Promise<unknown[]> {
    const path = `${networks}?watch=1&resourceVersion=${version}&timeoutSeconds=2${more}`;
    const watching = send({ method: "GET", path });
    await act();
    const { body } = await watching;
    const lines = Array.isArray(body) ? body.map(asJson) : [asJson(body)];
    return lines.map((event) => [
      event.type,
      textAt(mappingAt(mappingAt(event, "object"), "metadata"), "name"),
    ]);
  }
}
