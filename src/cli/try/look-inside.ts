// SPDX-License-Identifier: Apache-2.0
import type { Container } from "./runtime-call.ts";

/** Lines that tell how to look into a sandbox that is kept, and how to end it. `pid` is a process in it. */
export function explainKeeping(
  containers: readonly Container[],
  { pid, isRoot }: { readonly pid: number; readonly isRoot: boolean },
): readonly string[] {
  const enter = `nsenter -t ${pid}${isRoot ? "" : " -U --preserve-credentials"} -m`;
  const lines = containers.map(({ pod, netns }) => [
    `pod ${pod.namespace}/${pod.name}`,
    `${enter} nsenter --net=${netns} ip address`,
  ]);
  const rows = [["the node", `${enter} -n ip address`], ...lines];
  const width = Math.max(...rows.map(([who = ""]) => who.length));
  return [
    `the sandbox is kept until you press Ctrl-C (or: kill ${pid}); to look inside, from another terminal${isRoot ? "" : " of yours"}:`,
    ...rows.map(([who = "", command]) => `  ${who.padEnd(width)}  ${command}`),
  ];
}
