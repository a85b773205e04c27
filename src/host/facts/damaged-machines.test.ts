// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readFacts } from "../../diagnosis/index.ts";
import { readHostFacts } from "./read-host-facts.ts";

const fixtures = join(import.meta.dir, "fixtures");
const names = ["k3s-new", "k3s-doubled-path", "openshift", "microk8s"] as const;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-damaged-"));
  for (const name of names) cpSync(join(fixtures, name), join(folder, name), copying);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const copying = { recursive: true, verbatimSymlinks: true } as const;

const filesOf = (name: string): readonly string[] =>
  readdirSync(join(fixtures, name), { recursive: true, encoding: "utf8" }).filter(
    (file) => !lstatSync(join(fixtures, name, file)).isDirectory(),
  );

/** A file of a machine. */
const place = fc
  .constantFrom(...names)
  .chain((name) => fc.record({ name: fc.constant(name), file: fc.constantFrom(...filesOf(name)) }));

/** What may become of it. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
  fc.record({ kind: fc.constant("text" as const), text: fc.oneof(fc.json(), fc.string({ unit: "binary" })) }),
  fc.record({
    kind: fc.constantFrom("folder" as const, "circle" as const, "dangling" as const, "gone" as const),
  }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function put(at: string, done: Damage): void {
  rmSync(at, { recursive: true, force: true });
  if (done.kind === "bytes") writeFileSync(at, done.bytes);
  if (done.kind === "text") writeFileSync(at, done.text);
  if (done.kind === "folder") mkdirSync(at);
  if (done.kind === "circle") symlinkSync(at.slice(at.lastIndexOf("/") + 1), at);
  if (done.kind === "dangling") symlinkSync("/nowhere/at/all", at);
}

test("whatever becomes of a file, the facts are told, and are a document of the schema", async () => {
  await fc.assert(
    fc.asyncProperty(place, damage, async ({ name, file }, done) => {
      const at = join(folder, name, file);
      put(at, done);
      try {
        const host = await readHostFacts({ root: join(folder, name), live: false });
        const text = JSON.stringify({ schemaVersion: 1, takenAt: "2026-11-21T08:00:00Z", host });
        expect(readFacts(JSON.parse(text))).toMatchObject({ kind: "facts" });
        expect(text).not.toMatch(/K10s3cret|K10not-to-be-told/);
      } finally {
        rmSync(at, { recursive: true, force: true });
        cpSync(join(fixtures, name, file), at, copying);
      }
    }),
    { numRuns: 150 },
  );
});

test("a runtime's file that is damaged gives no default", async () => {
  const file = "var/lib/rancher/k3s/agent/etc/containerd/config.toml";
  for (const kind of ["folder", "circle", "dangling", "gone"] as const) {
    const at = join(folder, "k3s-new", file);
    put(at, { kind });
    const { runtime } = await readHostFacts({ root: join(folder, "k3s-new"), live: false });
    rmSync(at, { recursive: true, force: true });
    cpSync(join(fixtures, "k3s-new", file), at);
    expect(`${kind} ${runtime.kind}`).toBe(`${kind} unknown`);
  }
});
