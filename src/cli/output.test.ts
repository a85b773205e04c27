// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { createOutput, type OutputFormat, wantsColour } from "./output.ts";

const colourRows = [
  { isTerminal: true, environment: {}, colour: true },
  { isTerminal: false, environment: {}, colour: false },
  { isTerminal: true, environment: { NO_COLOR: "1" }, colour: false },
  { isTerminal: true, environment: { NO_COLOR: "" }, colour: true },
  { isTerminal: true, environment: { TERM: "dumb" }, colour: false },
];

for (const { colour, ...world } of colourRows) {
  test(`${JSON.stringify(world)} has colours: ${colour}`, () => {
    expect(wantsColour(world)).toBe(colour);
  });
}

function recorded(format: OutputFormat) {
  const said = { out: "", err: "", clock: 0 };
  const output = createOutput({
    format,
    writeOut: (text) => {
      said.out += text;
    },
    writeError: (text) => {
      said.err += text;
    },
    isTerminal: true,
    environment: {},
    now: () => said.clock,
  });
  return { said, output };
}

test("an answer goes out in the format that was asked for, once", () => {
  for (const [format, out] of [
    ["text", "hello\n"],
    ["json", '{\n  "hello": 1\n}\n'],
  ] as const) {
    const { said, output } = recorded(format);
    output.text("hello");
    output.json({ hello: 1 });
    expect(said).toMatchObject({ out, err: "" });
  }
});

test("progress is told on standard error after the first second only", () => {
  const { said, output } = recorded("text");
  output.progress("starting");
  said.clock = 999;
  output.progress("still starting");
  expect(said.err).toBe("");
  said.clock = 1000;
  output.progress("attaching");
  expect(said).toMatchObject({ out: "", err: "attaching\n" });
});

test("JSON never has colours", () => {
  expect(recorded("json").output.colour).toBe(false);
  expect(recorded("text").output.colour).toBe(true);
});
