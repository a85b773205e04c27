// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { selfReviewPath } from "./access-review.ts";
import { type Json, mappingAt, textAt } from "./api-object.ts";
import {
  asJson,
  type ContractAnswer,
  type ContractRequest,
  causesOf,
  event,
  expectStatus,
  itemsOf,
  namesOf,
  network,
  pod,
} from "./contract-objects.ts";
import { describeWatchContract } from "./contract-watches.ts";

/** An API server under test. */
export interface ContractConnection {
  send(request: ContractRequest): Promise<ContractAnswer>;
  close(): Promise<void>;
}

const merge = "application/merge-patch+json";
const networks = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions";
const pods = "/api/v1/namespaces/default/pods";
const events = "/api/v1/namespaces/default/events";

/**
 * What both the double and a real API server must do; whatever the double does beyond it, nobody may rely on.
 * Needs the CRD of NetworkAttachmentDefinitions and makes, then removes, objects named `plures- contract-*`
 * in namespace default.
 */
export function describeApiServerContract(subject: {
  readonly name: string;
  connect(): Promise<ContractConnection>;
}): void {
  describe(`API server contract: ${subject.name}`, () => {
    let connection: ContractConnection;
    const run = crypto.randomUUID().slice(0, 8);
    const nameOf = (suffix: string) => `plures-contract-${run}-${suffix}`;
    const send = (request: ContractRequest) => connection.send(request);
    const patch = (path: string, body: unknown, contentType = merge) =>
      send({ method: "PATCH", path, body, contentType });
    const created: string[] = [];

    async function create(path: string, object: Json): Promise<Json> {
      const answer = await send({ method: "POST", path, body: object });
      created.push(`${path}/${textAt(mappingAt(object, "metadata"), "name")}`);
      expect(answer.status).toBe(201);
      return asJson(answer.body);
    }

    beforeAll(async () => {
      connection = await subject.connect();
    });
    afterAll(async () => {
      for (const path of created) await send({ method: "DELETE", path, body: { gracePeriodSeconds: 0 } });
      await connection.close();
    });

    test("an object gets uid, resourceVersion, creationTimestamp, and generation 1", async () => {
      const { metadata } = await create(networks, network(nameOf("new")));
      expect(metadata).toMatchObject({
        generation: 1,
        uid: expect.any(String),
        resourceVersion: expect.any(String),
      });
      expect(textAt(asJson(metadata), "creationTimestamp")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    test("creating it again is 409 AlreadyExists", async () => {
      await create(networks, network(nameOf("twice")));
      expectStatus(
        await send({ method: "POST", path: networks, body: network(nameOf("twice")) }),
        409,
        "AlreadyExists",
      );
    });

    test("an absent object is 404 with its name, an absent kind is 404 without a Status", async () => {
      const absent = await send({ method: "GET", path: `${networks}/${nameOf("absent")}` });
      expectStatus(absent, 404, "NotFound");
      expect(mappingAt(asJson(absent.body), "details")).toMatchObject({ name: nameOf("absent") });
      const unknown = await send({ method: "GET", path: "/apis/nosuch.example.com/v1/things" });
      expect(unknown).toEqual({ status: 404, body: "404 page not found\n" });
    });

    test("a namespace that is not there is 404 for what is to be created in it", async () => {
      const path = `/api/v1/namespaces/${nameOf("nowhere")}/events`;
      const answer = await send({ method: "POST", path, body: event(nameOf("e"), nameOf("nowhere")) });
      expectStatus(answer, 404, "NotFound");
    });

    test("a name that is no DNS name is 422 and names the field", async () => {
      const answer = await send({ method: "POST", path: networks, body: network("Bad_Name") });
      expectStatus(answer, 422, "Invalid");
      expect(causesOf(answer)).toContain("metadata.name");
    });

    test("an update needs the present resourceVersion", async () => {
      const first = await create(networks, network(nameOf("update")));
      const path = `${networks}/${nameOf("update")}`;
      const changed = { ...first, spec: { config: '{"a":1}' } };
      const second = await send({ method: "PUT", path, body: changed });
      expect(second.status).toBe(200);
      expect(mappingAt(asJson(second.body), "metadata").generation).toBe(2);
      expectStatus(await send({ method: "PUT", path, body: changed }), 409, "Conflict");
    });

    test("an update with another uid is 409, a patch with another uid is 422", async () => {
      const first = await create(networks, network(nameOf("uid")));
      const path = `${networks}/${nameOf("uid")}`;
      const stranger = { ...first, metadata: { ...mappingAt(first, "metadata"), uid: crypto.randomUUID() } };
      expectStatus(await send({ method: "PUT", path, body: stranger }), 409, "Conflict");
      const patched = await patch(path, { metadata: { uid: crypto.randomUUID(), annotations: { a: "1" } } });
      expectStatus(patched, 422, "Invalid");
      expect(causesOf(patched)).toContain("metadata.uid");
      const uid = textAt(mappingAt(first, "metadata"), "uid");
      expect((await patch(path, { metadata: { uid, annotations: { a: "1" } } })).status).toBe(200);
    });

    test("a merge patch keeps what it does not name, and null takes away", async () => {
      await create(networks, network(nameOf("merge"), { a: "1", b: "2" }));
      const path = `${networks}/${nameOf("merge")}`;
      const answer = await patch(path, { metadata: { annotations: { a: null, c: "3" } } });
      expect(mappingAt(asJson(answer.body), "metadata")).toMatchObject({
        annotations: { b: "2", c: "3" },
        generation: 1,
      });
      expect(mappingAt(mappingAt(asJson(answer.body), "metadata"), "annotations").a).toBeUndefined();
    });

    test("a patch with an old resourceVersion is 409; one that changes nothing keeps the version", async () => {
      const first = await create(networks, network(nameOf("stale")));
      const path = `${networks}/${nameOf("stale")}`;
      const { resourceVersion } = mappingAt(first, "metadata");
      const same = await patch(path, { spec: { config: "{}" } });
      expect(mappingAt(asJson(same.body), "metadata").resourceVersion).toBe(resourceVersion);
      expect((await patch(path, { metadata: { resourceVersion, annotations: { a: "1" } } })).status).toBe(
        200,
      );
      expectStatus(
        await patch(path, { metadata: { resourceVersion, annotations: { a: "2" } } }),
        409,
        "Conflict",
      );
    });

    test("a JSON patch applies all or, when a test fails, nothing", async () => {
      await create(networks, network(nameOf("json"), { a: "1" }));
      const path = `${networks}/${nameOf("json")}`;
      const add = { op: "add", path: "/metadata/annotations/b", value: "2" };
      const failing = [add, { op: "test", path: "/metadata/annotations/a", value: "0" }];
      expectStatus(await patch(path, failing, "application/json-patch+json"), 422, "Invalid");
      expect(await annotationsAt(path)).toEqual({ a: "1" });
      expect((await patch(path, [add], "application/json-patch+json")).status).toBe(200);
      expect(await annotationsAt(path)).toEqual({ a: "1", b: "2" });
    });

    test("a custom resource takes no strategic patch", async () => {
      await create(networks, network(nameOf("strategic")));
      const type = "application/strategic-merge-patch+json";
      const answer = await patch(
        `${networks}/${nameOf("strategic")}`,
        { metadata: { annotations: { a: "1" } } },
        type,
      );
      expectStatus(answer, 415, "UnsupportedMediaType");
    });

    test("a pod's status subresource changes annotations and status, not the spec", async () => {
      await create(pods, pod(nameOf("pod")));
      const path = `${pods}/${nameOf("pod")}`;
      const body = {
        metadata: { annotations: { a: "1" } },
        spec: { activeDeadlineSeconds: 77 },
        status: { message: "m" },
      };
      const answer = asJson((await patch(`${path}/status`, body)).body);
      expect(mappingAt(answer, "metadata").annotations).toMatchObject({ a: "1" });
      expect(mappingAt(answer, "status").message).toBe("m");
      expect(mappingAt(answer, "spec").activeDeadlineSeconds).toBeUndefined();
      const main = asJson((await patch(path, { status: { message: "other" } })).body);
      expect(mappingAt(main, "status").message).toBe("m");
    });

    test("a field selector chooses by name; one that is not known is 400", async () => {
      await create(networks, network(nameOf("field")));
      const selected = await list(`metadata.name=${nameOf("field")}`);
      expect(namesOf(selected)).toEqual([nameOf("field")]);
      const unknown = await send({ method: "GET", path: `${networks}?fieldSelector=spec.config%3Dx` });
      expectStatus(unknown, 400, "BadRequest");
    });

    test("label selectors: equality, sets, existence", async () => {
      const labels = { run, tier: "x" };
      const object = network(nameOf("label"));
      await create(networks, { ...object, metadata: { ...mappingAt(object, "metadata"), labels } });
      const count = async (selector: string) => {
        const query = new URLSearchParams({ labelSelector: selector });
        return namesOf((await send({ method: "GET", path: `${networks}?${query}` })).body).length;
      };
      expect(await count(`run=${run},tier in (x,y)`)).toBe(1);
      expect(await count(`run=${run},tier!=x`)).toBe(0);
      expect(await count(`run=${run},!missing`)).toBe(1);
      expect(await count(`run=${run},missing`)).toBe(0);
    });

    test("limit and continue give every object once", async () => {
      const wanted = ["p1", "p2", "p3"].map(nameOf);
      for (const name of wanted) await create(networks, network(name));
      const seen: string[] = [];
      let token = "";
      do {
        const query = new URLSearchParams({ limit: "2", ...(token === "" ? {} : { continue: token }) });
        const page = asJson((await send({ method: "GET", path: `${networks}?${query}` })).body);
        expect(namesOf(page).length).toBeLessThanOrEqual(2);
        seen.push(...namesOf(page));
        token = textAt(mappingAt(page, "metadata"), "continue");
      } while (token !== "");
      expect(seen.filter((name) => wanted.includes(name))).toEqual(wanted);
      expect(new Set(seen).size).toBe(seen.length);
    });

    test("metadata alone, when asked for", async () => {
      await create(networks, network(nameOf("partial")));
      const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
      const path = `${networks}?fieldSelector=metadata.name%3D${nameOf("partial")}`;
      const { body } = await send({ method: "GET", path, accept });
      expect(body).toMatchObject({ kind: "PartialObjectMetadataList" });
      const [item] = itemsOf(body);
      expect(item?.spec).toBeUndefined();
      expect(item?.metadata).toMatchObject({ name: nameOf("partial") });
    });

    test("a delete with another uid is 409; afterwards the object is gone", async () => {
      await create(networks, network(nameOf("delete")));
      const path = `${networks}/${nameOf("delete")}`;
      const body = { preconditions: { uid: crypto.randomUUID() } };
      expectStatus(await send({ method: "DELETE", path, body }), 409, "Conflict");
      expect((await send({ method: "DELETE", path })).status).toBe(200);
      expectStatus(await send({ method: "GET", path }), 404, "NotFound");
    });

    test("a finalizer keeps a deleted object until it is taken out", async () => {
      const object = network(nameOf("finalizer"));
      const finalizers = ["example.com/keep"];
      await create(networks, { ...object, metadata: { ...mappingAt(object, "metadata"), finalizers } });
      const path = `${networks}/${nameOf("finalizer")}`;
      expect((await send({ method: "DELETE", path })).status).toBe(200);
      const marked = mappingAt(asJson((await send({ method: "GET", path })).body), "metadata");
      expect(marked).toMatchObject({ deletionTimestamp: expect.any(String), finalizers });
      expect((await patch(path, { metadata: { finalizers: null } })).status).toBe(200);
      expectStatus(await send({ method: "GET", path }), 404, "NotFound");
    });

    test("an event about a pod is stored as it is", async () => {
      const stored = await create(events, event(nameOf("event"), "default"));
      expect(stored).toMatchObject({ reason: "AddedInterface", source: { component: "multus" }, count: 1 });
    });

    test("a body that is no JSON is 400", async () => {
      expectStatus(await send({ method: "POST", path: pods, body: '{"apiVersion":' }), 400, "BadRequest");
    });

    test("it tells its groups, and what we may do", async () => {
      const { groups } = asJson((await send({ method: "GET", path: "/apis" })).body);
      expect(groups).toContainEqual(expect.objectContaining({ name: "k8s.cni.cncf.io" }));
      const spec = { resourceAttributes: { verb: "list", resource: "pods", namespace: "default" } };
      const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
      const answer = await send({ method: "POST", path: selfReviewPath, body });
      expect(answer).toMatchObject({ status: 201, body: { spec, status: { allowed: true } } });
    });

    describeWatchContract({ send, create, patch, nameOf, run });

    async function annotationsAt(path: string): Promise<unknown> {
      return mappingAt(asJson((await send({ method: "GET", path })).body), "metadata").annotations;
    }

    async function list(fieldSelector: string): Promise<unknown> {
      const query = new URLSearchParams({ fieldSelector });
      return (await send({ method: "GET", path: `${networks}?${query}` })).body;
    }
  });
}
