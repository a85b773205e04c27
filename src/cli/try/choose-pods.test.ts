// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { choosePods } from "./choose-pods.ts";

const pods = ["a/web", "b/web", "b/db"].map((key) => {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name, uid: key, annotations: {} };
});

const good = [
  { wanted: undefined, uids: ["a/web", "b/web", "b/db"] },
  { wanted: "db", uids: ["b/db"] },
  { wanted: "a/web", uids: ["a/web"] },
];

for (const { wanted, uids } of good) {
  test(`--pod ${wanted} chooses ${uids.join(", ")}`, () => {
    expect(choosePods(pods, wanted).map(({ uid }) => uid)).toEqual(uids);
  });
}

const bad = [
  { wanted: "web", message: '"web" fits several pods', hint: "choose from a/web, b/web" },
  { wanted: "we", message: '"we" is in none of the files', hint: "choose from a/web, b/web, b/db" },
  { wanted: "c/db", message: '"c/db" is in none of the files', hint: "choose from a/web, b/web, b/db" },
];

for (const { wanted, message, hint } of bad) {
  test(`--pod ${wanted} is refused and the choice is named`, () => {
    expect(() => choosePods(pods, wanted)).toThrow(expect.objectContaining({ exitCode: 2, hint }));
    expect(() => choosePods(pods, wanted)).toThrow(message);
  });
}

test("files without a pod are refused", () => {
  expect(() => choosePods([], undefined)).toThrow("the files have no pod");
});
