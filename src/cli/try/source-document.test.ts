// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readObjects } from "./source-document.ts";

const read = (text: string) => readObjects({ name: "f.yaml", text });

const good = [
  { text: "", values: [] },
  { text: "# nothing\n---\n---\n", values: [] },
  { text: "a: 1\n---\nb: [2]\n", values: [{ a: 1 }, { b: [2] }] },
  { text: '{\n\t"a": "x"\n}', values: [{ a: "x" }] },
  { text: "kind: List\nitems:\n- {a: 1}\n- {b: 2}\n", values: [{ a: 1 }, { b: 2 }] },
  { text: "kind: PodList\nitems: []\n", values: [] },
  { text: "kind: Shopping List\nwith: milk", values: [{ kind: "Shopping List", with: "milk" }] },
  { text: "a: &one [1]\nb: *one", values: [{ a: [1], b: [1] }] },
];

for (const { text, values } of good) {
  test(`${JSON.stringify(text)} has ${values.length} objects`, () => {
    expect(read(text).map(({ value }) => value)).toEqual(values);
  });
}

const bad = [
  { text: "a: 1\n---\nb: [1, 2\n", message: "f.yaml:4:1: document 2 is neither YAML nor JSON: " },
  { text: "a: 1\na: 2", message: "f.yaml:2:1: document 1 is neither YAML nor JSON: Map keys must be unique" },
  { text: "hello", message: "f.yaml:1: document 1: it is no object" },
  { text: "a: 1\n---\n- 1", message: "f.yaml:3: document 2: it is no object" },
  { text: "a: *nobody", message: "f.yaml:1: document 1: it cannot be read: Unresolved alias" },
  { text: "kind: List\nitems:\n- 7", message: "f.yaml:3: document 1: items[0] is no object" },
  { text: "kind: List\nitems: 7", message: "f.yaml:2: document 1: items must be a list of objects" },
];

for (const { text, message } of bad) {
  test(`${JSON.stringify(text)} is refused with its place`, () => {
    expect(() => read(text)).toThrow(message);
  });
}

test("a failure names the line of the value, or of what is around a missing one, also inside lists", () => {
  const [, second] = read("kind: List\nitems:\n- a: 1\n- metadata:\n    name: x\n  spec: {}\n");
  expect(second?.failure(["metadata", "name"], "is odd").message).toBe(
    "f.yaml:5: document 1: items[1].metadata.name is odd",
  );
  expect(second?.failure(["spec", "a.b/c"], "is missing").message).toBe(
    'f.yaml:6: document 1: items[1].spec["a.b/c"] is missing',
  );
});

test("the text of an object is what was written, numbers beyond 2^53 included", () => {
  const text = '{ "big": 12345678901234567890 }';
  expect(read(`${text}\n`)[0]?.text).toBe(text);
});
