// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { isNamespaceAllowed, isolationError } from "./isolation.ts";

const isolated = { namespaceIsolation: true, globalNamespaces: ["default", "shared"] };

test.each([
  [false, "team-a", "team-b", true],
  [true, "team-a", "team-a", true],
  [true, "default", "team-a", true],
  [true, "shared", "team-a", true],
  [true, "team-b", "team-a", false],
  [true, "team-a", "default", false],
])(
  "isolation %p: a NAD of %s for a pod of %s: %p",
  (namespaceIsolation, nadNamespace, podNamespace, allowed) => {
    const config = { ...isolated, namespaceIsolation };
    expect(isNamespaceAllowed({ nadNamespace, podNamespace, config })).toBe(allowed);
  },
);

test("the refusal names network, pod's namespace and global namespaces", () => {
  const error = isolationError("mv-a", { nadNamespace: "b", podNamespace: "a", config: isolated });
  expect(error.code).toBe(7);
  expect(error.message).toBe(
    'network "b/mv-a" is not for pods of namespace "a": namespaceIsolation is on, global namespaces are default, shared',
  );
  expect(error.hint).toBe('make a NAD "mv-a" in "a", or add "b" to globalNamespaces');
});
