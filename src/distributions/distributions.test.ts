// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { parseHostPath } from "../paths/index.ts";
import { type Condition, tellCondition } from "./condition.ts";
import { distributionsPage } from "./distributions-page.ts";
import {
  type Distribution,
  distributionOf,
  distributions,
  foldersOf,
  layoutsOf,
  type Sign,
} from "./index.ts";

const folder = `${import.meta.dir}/known`;

test("each module of known is a distribution of its name, and the other way round", async () => {
  const modules = await Array.fromAsync(new Bun.Glob("*.ts").scan(folder));
  expect(distributions.map(({ id }) => `${id}.ts`).toSorted()).toEqual(modules.toSorted());
  expect(distributionOf("k3s")?.title).toBe("k3s");
  expect(distributionOf("k4s")).toBeUndefined();
});

test("docs/distributions.md is what distributionsPage() gives", async () => {
  expect(await Bun.file(`${import.meta.dir}/../../docs/distributions.md`).text()).toBe(distributionsPage());
});

function statementsOf(distribution: Distribution) {
  const { signs, layouts, units, folders, plugins, multus, notes } = distribution;
  const paths = layouts.flatMap((layout) => [...Object.values(layout.paths), layout.primary ?? []].flat());
  return [
    ...signs,
    ...paths,
    ...(units === undefined ? [] : [units]),
    ...folders,
    ...plugins,
    multus,
    ...notes,
  ];
}

describe.each(distributions.map((distribution) => [distribution.id, distribution] as const))(
  "%s",
  (_, row) => {
    test("every statement has a source, and none is empty", () => {
      for (const { value, source, versions } of statementsOf(row)) {
        expect(source).not.toBe("");
        expect(versions).not.toBe("");
        expect(value).not.toBeEmpty();
      }
    });

    test("the last layout takes what the others leave, and their names differ", () => {
      expect(row.layouts.at(-1)?.when).toEqual({ kind: "always" });
      expect(row.layouts.slice(0, -1).map(({ when }) => when.kind)).not.toContain("always");
      expect(new Set(row.layouts.map(({ name }) => name)).size).toBe(row.layouts.length);
    });

    test("all paths are paths, and names of files are names", () => {
      for (const { paths, primary } of layoutsOf(row)) {
        for (const statement of Object.values(paths))
          expect(parseHostPath(statement.value)).toBe(statement.value);
        if (primary !== undefined) expect(primary.value.file).toMatch(/^[\w.-]+\.conf(list)?$/);
      }
      for (const { value } of foldersOf(row)) expect(String(parseHostPath(value.path))).toBe(value.path);
      for (const sign of row.signs.flatMap(({ value }): readonly Sign[] => value)) {
        if (sign.kind === "path") expect(String(parseHostPath(sign.path))).toBe(sign.path);
      }
    });

    test("what is told with a data directory has one, and the other way round", () => {
      const told = [
        ...row.layouts.flatMap(({ paths, when }) => [
          ...Object.values(paths).map(({ value }) => value),
          tellCondition(when satisfies Condition),
        ]),
        ...row.folders.map(({ value }) => value.path),
      ];
      expect(told.some((text) => text.includes("{dataDir}"))).toBe(row.dataDir !== undefined);
    });

    test("plugins are sorted and named once", () => {
      for (const { value } of row.plugins) expect(value).toEqual([...new Set(value)].toSorted());
    });
  },
);
