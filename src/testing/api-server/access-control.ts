// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from "node:http";
import type { ServedKind } from "./served-kinds.ts";
import { type Answer, detailsOf, refuse } from "./status-object.ts";

/** One rule, as in a ClusterRole; `*` matches all. `namespaces` narrows it, as a RoleBinding does. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly namespaces?: readonly string[];
}

/** Who may sign in, and what they may do. Plain JSON. */
export interface User {
  readonly name: string;
  readonly tokens?: readonly string[];
  /** `NAME:PASSWORD` of HTTP basic authentication. */
  readonly basic?: string;
  /** Signs in with the client certificate of the fixtures: the double cannot read names in certificates. */
  readonly clientCertificate?: boolean;
  readonly rules: readonly Rule[];
}

/** May do everything. */
export const everything: readonly Rule[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

/** The ClusterRole of upstream Multus: it may update pods/status but not patch it. */
export const upstreamMultusRules: readonly Rule[] = [
  { apiGroups: ["k8s.cni.cncf.io"], resources: ["*"], verbs: ["*"] },
  { apiGroups: [""], resources: ["pods", "pods/status"], verbs: ["get", "list", "update", "watch"] },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
];

const anonymous: User = { name: "system:anonymous", rules: [] };

/** The user of a request; undefined for credentials that nobody has (401). */
export function authenticate(
  request: Pick<IncomingMessage, "headers">,
  users: readonly User[],
  certified: boolean,
): User | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    return (certified ? users.find((user) => user.clientCertificate === true) : undefined) ?? anonymous;
  }
  const [scheme = "", secret = ""] = authorization.split(" ");
  if (scheme.toLowerCase() === "bearer") return users.find((user) => user.tokens?.includes(secret) === true);
  const login = Buffer.from(secret, "base64").toString();
  return users.find((user) => user.basic !== undefined && user.basic === login);
}

/** What a request wants to do. */
export interface Action {
  readonly verb: string;
  readonly kind: ServedKind;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** The 403 of RBAC for this user; undefined when a rule allows the action. */
export function denial(user: User, action: Action): Answer | undefined {
  const { verb, kind, namespace, name } = action;
  const resource = action.subresource === undefined ? kind.plural : `${kind.plural}/${action.subresource}`;
  const allowed = user.rules.some(
    (rule) =>
      covers(rule.apiGroups, kind.group) &&
      covers(rule.resources, resource) &&
      covers(rule.verbs, verb) &&
      (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name))) &&
      (rule.namespaces === undefined || (namespace !== undefined && rule.namespaces.includes(namespace))),
  );
  if (allowed) return undefined;
  const qualified = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  const subject = name === undefined ? qualified : `${qualified} "${name}"`;
  const scope = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const what = `cannot ${verb} resource "${resource}" in API group "${kind.group}"`;
  return refuse({
    code: 403,
    reason: "Forbidden",
    message: `${subject} is forbidden: User "${user.name}" ${what} ${scope}`,
    details: detailsOf(kind, name),
  });
}

function covers(list: readonly string[], wanted: string): boolean {
  return list.includes("*") || list.includes(wanted);
}
