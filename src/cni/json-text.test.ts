// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { elementTexts, parseJsonObject, setKeys, tryParseJsonObject, valueText } from "./json-text.ts";

const empty = "the text is empty";
const noWord = "this is neither a string in double quotes, a number, true, false nor null";

test.each([
  ["", 1, 1, empty],
  [" \n ", 1, 1, empty],
  ['{"a":1,}', 1, 8, "take out the comma before this '}'"],
  ['{"a":[1,2,\n ]}', 2, 2, "take out the comma before this ']'"],
  ["{'a':1}", 1, 2, "JSON strings stand in double quotes, not in single ones"],
  ['{"a" 1}', 1, 6, "a colon is missing between key and value"],
  ['{"a":1 "b":2}', 1, 8, "a comma is missing before this"],
  ['{"a":1', 1, 7, "a closing brace '}' is missing"],
  ['{"a":[1', 1, 8, "a closing bracket ']' is missing"],
  ['{\n  "a":"x,\n  "b":1}', 2, 7, "the closing double quote of this string is missing"],
  ['{"a":1}\n}', 2, 1, "there is text after the end of the JSON value"],
  ['{"a":\n tru}', 2, 2, noWord],
  ["{a:1}", 1, 2, noWord],
  ['{"a":NaN}', 1, 6, noWord],
  ['{"a":01}', 1, 7, "JSON numbers have no leading zeros"],
  ['{"a":1.}', 1, 6, "this number ends too early"],
  ['{//x\n"a":1}', 1, 2, "JSON has no comments, take this one out"],
  ['{"a":"C:\\q"}', 1, 6, 'a backslash in a string must be written as "\\\\"'],
  ['{"a":"\\u12"}', 1, 6, "\\u needs four hexadecimal digits"],
  ['{"a":"\t"}', 1, 6, "a string must not contain control characters such as a line break, write \\n"],
  ['{"a":}', 1, 6, "a value is missing here"],
  ['{"😀": x}', 1, 7, noWord],
  ["\uFEFF{}", 1, 1, "the text starts with a byte order mark, save it without one"],
  ["[]", 1, 1, "a JSON object {...} is needed"],
  ["null", 1, 1, "a JSON object {...} is needed"],
])("%j is refused at line %d column %d: %s", (text, line, column, sentence) => {
  expect(cniErrorOf(() => parseJsonObject(text, "NAD default/blue"))).toMatchObject({
    code: 6,
    message: `NAD default/blue: line ${line} column ${column}: ${sentence}`,
  });
});

test("a text nested deeper than the stack is refused, not a crash", () => {
  const text = `{"a":${"[".repeat(300_000)}`;
  expect(cniErrorOf(() => parseJsonObject(text, "x"))).toMatchObject({ code: 6 });
});

test("whatever JSON.parse refuses is refused with a line and a column inside the text", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("}", ",", '"', "x", "\n", "{", "'", "\\", "0"))
    .map(
      ([text, at, extra]) =>
        `{"k":${text.slice(0, at % (text.length + 1))}${extra}${text.slice(at % (text.length + 1))}}`,
    );
  fc.assert(
    fc.property(broken, (text) => {
      if (isJson(text)) return;
      const [, line, column] =
        /line (\d+) column (\d+): ./.exec(cniErrorOf(() => parseJsonObject(text, "x")).message) ?? [];
      const found = text.split("\n")[Number(line) - 1];
      expect(Number(column)).toBeLessThanOrEqual(Array.from(found ?? "").length + 1);
    }),
  );
});

test.each([
  ["{}", { a: "1" }, '{"a":1}'],
  ["{ }", { a: "1", b: "2" }, '{"a":1,"b":2 }'],
  ['{"a":1}', { a: "2" }, '{"a":2}'],
  ['{"a":1}', { b: '"x"' }, '{"a":1,"b":"x"}'],
  ['{\n  "a" : 1\n}\n', { b: "2" }, '{\n  "a" : 1,"b":2\n}\n'],
  ['{ "a" : [1, {"b": 2}] , "b":{} }', { b: "null" }, '{ "a" : [1, {"b": 2}] , "b":null }'],
  ['{"a":1,"b":2,"c":3}', { b: undefined }, '{"a":1,"c":3}'],
  ['{"a":1, "b":2, "c":3}', { a: undefined }, '{"b":2, "c":3}'],
  ['{"a":1, "b":2}', { b: undefined }, '{"a":1}'],
  ['{"a":1}', { a: undefined }, "{}"],
  ['{"a":1}', { a: undefined, b: "2" }, '{"b":2}'],
  ['{"a":1}', { nope: undefined }, '{"a":1}'],
  ['{"a":1,"x":0,"a":2}', { a: "3" }, '{"a":3,"x":0,"a":3}'],
  ['{"a":1,"x":0,"a":2}', { a: undefined }, '{"x":0}'],
  ['{"n\\u0061me":"old"}', { name: '"new"' }, '{"n\\u0061me":"new"}'],
  [
    '{"n":12345678901234567890.10,"e":1E400,"s":"\\u00e9\\/"}',
    { b: "1" },
    '{"n":12345678901234567890.10,"e":1E400,"s":"\\u00e9\\/","b":1}',
  ],
  ['{"a":"}],{\\"x\\":1"}', { b: "1" }, '{"a":"}],{\\"x\\":1","b":1}'],
  ['{"__proto__":1,"constructor":2}', { a: "1" }, '{"__proto__":1,"constructor":2,"a":1}'],
])("setting keys of %s", (text, changes: Record<string, string | undefined>, expected) => {
  expect(setKeys(text, changes)).toBe(expected);
});

/** Objects as plugins write them: any white space, numbers of any size, duplicate keys. */
const blank = fc.constantFrom("", " ", "\n\t", "  ");
const key = fc.oneof(fc.constantFrom("name", "cniVersion", "args", "__proto__", ""), fc.string());
const bigNumber = fc.bigInt({ min: 2n ** 53n, max: 2n ** 100n }).map(String);
const value = fc.oneof(fc.json({ maxDepth: 3 }), bigNumber, fc.constant("-1.50e+7"));
const members = fc.array(fc.record({ before: blank, key, after: blank, gap: blank, value, end: blank }));
const changes = fc.dictionary(key, fc.option(value, { nil: undefined }), {
  maxKeys: 4,
  noNullPrototype: true,
});

test("setting keys changes nothing but these keys", () => {
  fc.assert(
    fc.property(members, changes, blank, (list, wanted, tail) => {
      const body = list
        .map((m) => `${m.before}${JSON.stringify(m.key)}${m.after}:${m.gap}${m.value}${m.end}`)
        .join(",");
      const text = `{${body}${tail}}`;
      const changed = setKeys(text, wanted);
      const object = parseJsonObject(changed, "the changed text");
      const others = list.filter((member) => !Object.hasOwn(wanted, member.key));
      for (const { key: name } of others)
        expect(valueText(changed, name)).toBe(valueText(text, name) ?? "absent");
      for (const [name, source] of Object.entries(wanted)) {
        expect(valueText(changed, name)).toBe(source);
        expect(Object.hasOwn(object, name)).toBe(source !== undefined);
      }
      const kept = others.map((m) => `${JSON.stringify(m.key)}${m.after}:${m.gap}${m.value}`);
      expect(inOrder(changed, kept)).toBe(true);
      expect(setKeys(changed, wanted)).toBe(changed);
    }),
  );
});

test("the elements of a list are its source texts", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(blank, value, blank)), blank, (list, inside) => {
      const body = list.map(([before, text, after]) => before + text + after).join(",");
      expect(elementTexts(`[${body === "" ? inside : body}]`)).toEqual(list.map(([, text]) => text));
    }),
  );
});

function inOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a": [1]}', { a: [1] }],
  ["[]", undefined],
  ["null", undefined],
  ['"{}"', undefined],
  ["{", undefined],
  ["", undefined],
])("the JSON object of %p is %p", (text, object) => {
  expect(tryParseJsonObject(text)).toEqual(object);
});
