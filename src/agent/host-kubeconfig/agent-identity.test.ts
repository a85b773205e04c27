// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { agentIdentity } from "./agent-identity.ts";

const env = { POD_NAMESPACE: "kube-system", POD_NAME: "agent-1", POD_UID: "uid-1" };
const subject = "system:serviceaccount:kube-system:multus";

test("pod and account are those of the agent", () => {
  expect(agentIdentity(env, subject)).toEqual({
    serviceAccount: { namespace: "kube-system", name: "multus" },
    boundPod: { name: "agent-1", uid: "uid-1" },
  });
});

const refused: readonly (readonly [Record<string, string>, string | undefined, string])[] = [
  [{ ...env, POD_UID: "" }, subject, "POD_UID is not set"],
  [{}, subject, "POD_NAMESPACE, POD_NAME, POD_UID is not set"],
  [env, undefined, "the agent signs in as an unknown user"],
  [env, "system:node:n1", 'the agent signs in as "system:node:n1"'],
  [env, "system:serviceaccount:default:multus", "its account is in default, its pod in kube-system"],
];

test.each(refused.map((row) => [row[2], ...row] as const))("%s", (says, variables, who) => {
  expect(() => agentIdentity(variables, who)).toThrow(
    `cannot ask for a token that is bound to this agent's pod: ${says}`,
  );
});
