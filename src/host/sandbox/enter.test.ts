// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { join } from "node:path";
import { namespacesOfThisProcess } from "./enter.ts";
import { enterSandbox, outsideVariable, prepareSandbox } from "./index.ts";
import { explainRefusal } from "./refusal.ts";
import { run } from "./sandbox-testbed.ts";

test("root needs no user namespace, others do", () => {
  const command = ["plures", "try", "-f", "pod.yaml"];
  expect(enterSandbox({ command, root: true }).argv).toEqual(["unshare", "-m", "-n", "--", ...command]);
  expect(enterSandbox({ command, root: false }).argv).toEqual([
    "unshare",
    "-m",
    "-n",
    "-U",
    "-r",
    "--",
    ...command,
  ]);
});

test("the exit code of the program inside comes out", () => {
  const { argv, environment } = enterSandbox({
    command: ["sh", "-c", `test -n "$${outsideVariable}" && exit 42`],
    root: true,
  });
  expect(Bun.spawnSync([...argv], { env: { ...process.env, ...environment } }).exitCode).toBe(42);
});

test.each([undefined, namespacesOfThisProcess()])(
  "on the real host nothing is prepared: outside is %p",
  async (outside) => {
    const preparing = prepareSandbox({ outside });
    await expect(preparing).rejects.toThrow("this process still is in the namespaces of the host");
  },
);

const open = { unprivilegedClone: undefined, apparmorRestriction: undefined, maxUserNamespaces: "15000" };
const forbidden = "unshare: unshare failed: Operation not permitted";

const refusals: readonly (readonly [boolean, string, object, string, string])[] = [
  [false, "ENOENT", {}, "the program unshare is missing", "install the package util-linux"],
  [true, forbidden, {}, "this root may not make namespaces", "--privileged"],
  [
    false,
    forbidden,
    { unprivilegedClone: "0" },
    "kernel.unprivileged_userns_clone is 0",
    "sysctl kernel.unprivileged_userns_clone=1",
  ],
  [
    false,
    "unshare: write failed /proc/self/uid_map: Operation not permitted",
    { apparmorRestriction: "1" },
    "AppArmor",
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
  ],
  [
    false,
    "unshare: unshare failed: No space left on device",
    {},
    "user.max_user_namespaces",
    "sysctl user.max_user_namespaces=15000",
  ],
  [
    false,
    "unshare: unshare failed: Permission denied",
    { maxUserNamespaces: "0" },
    "user.max_user_namespaces",
    "as root",
  ],
  [false, forbidden, {}, "this host forbids user namespaces", "run this as root"],
  [false, "unshare: something new", {}, 'unshare said "unshare: something new"', "run this as root"],
];

test.each(refusals)("why no sandbox: root %p, %s, %p", (root, said, settings, because, hint) => {
  const error = explainRefusal({ root, said, settings: { ...open, ...settings } });
  expect(error.code).toBe(50);
  expect(error.message).toStartWith("making a sandbox of own namespaces: ");
  expect(error.message).toContain(because);
  expect(error.hint).toContain(hint);
  expect(error.details).toBe(said);
});

const tryToEnter = (root: boolean): readonly string[] => [
  process.execPath,
  "-e",
  `import { enterSandbox } from ${JSON.stringify(join(import.meta.dir, "index.ts"))};
   try { enterSandbox({ command: ["true"], root: ${root} }); console.log("fine"); } catch (error) { console.log(error.message); }`,
];

const realRefusals: readonly (readonly [string, readonly string[], string])[] = [
  ["no unshare", ["env", "PATH=/nonexistent", ...tryToEnter(true)], "the program unshare is missing"],
  [
    "root without rights",
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all", ...tryToEnter(true)],
    "this root may not make namespaces",
  ],
  [
    "no user namespaces left",
    [
      "unshare",
      "-U",
      "-r",
      "sh",
      "-c",
      'echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" "$@"',
      ...tryToEnter(false),
    ],
    "no further user namespace is allowed",
  ],
];

test.each(realRefusals)("this host refuses for real: %s", (_, argv, because) => {
  expect(run(argv)).toContain(because);
});
