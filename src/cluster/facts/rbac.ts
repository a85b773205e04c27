// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, type MultusDaemonSetFact, type RbacFact } from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { type Fields, mapsAt, nameOf, namespaceOf, textAt, textsAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

type BoundRole = RbacFact["roles"][number];
type Account = Pick<RbacFact, "namespace" | "serviceAccount">;

/** A binding, trimmed to what says whom it is for. */
interface Binding {
  readonly kind: "ClusterRoleBinding" | "RoleBinding";
  readonly name: string;
  /** Where it holds; empty is everywhere. */
  readonly namespace: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly Fields[];
}

/**
 * What the ServiceAccounts of the DaemonSets may do: every role that is bound to them or to all
 * ServiceAccounts. What everybody may who is signed in is left out.
 */
export async function readRbac(
  source: ObjectSource,
  daemonSets: Fact<readonly MultusDaemonSetFact[]>,
): Promise<Fact<readonly RbacFact[]>> {
  if (daemonSets.kind !== "known") return daemonSets;
  const accounts = accountsOf(daemonSets.value);
  // Nobody is to be asked about nobody.
  if (accounts.length === 0) return known([]);
  const [ofCluster, ofNamespaces] = await Promise.all([
    source.list({ resource: factResources.clusterRoleBindings, convert: toBinding("ClusterRoleBinding") }),
    source.list({ resource: factResources.roleBindings, convert: toBinding("RoleBinding") }),
  ]);
  if (ofCluster.kind !== "known") return ofCluster;
  if (ofNamespaces.kind !== "known") return ofNamespaces;
  const bindings = [...ofCluster.value, ...ofNamespaces.value];
  const facts: RbacFact[] = [];
  for (const account of accounts) {
    const fact = await describeAccount(source, account, bindings);
    if (fact.kind !== "known") return fact;
    facts.push(fact.value);
  }
  return known(facts);
}

function accountsOf(daemonSets: readonly MultusDaemonSetFact[]): readonly Account[] {
  const byName = daemonSets.map(
    ({ namespace, serviceAccount }) =>
      [`${namespace}/${serviceAccount}`, { namespace, serviceAccount }] as const,
  );
  return [...new Map(byName).values()];
}

async function describeAccount(
  source: ObjectSource,
  account: Account,
  bindings: readonly Binding[],
): Promise<Fact<RbacFact>> {
  const { namespace, serviceAccount: name } = account;
  const found = await source.get({ resource: factResources.serviceAccounts, namespace, name });
  if (found.kind !== "known") return found;
  const roles: BoundRole[] = [];
  for (const binding of bindings.filter(({ subjects }) => subjects.some(isFor(account)))) {
    const role = await readRole(source, binding);
    if (role.kind !== "known") return role;
    roles.push(role.value);
  }
  return known({ ...account, exists: found.value !== undefined, roles });
}

function isFor({ namespace, serviceAccount }: Account): (subject: Fields) => boolean {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return (subject) => {
    const name = textAt(subject, "name") ?? "";
    if (textAt(subject, "kind") === "Group") return groups.includes(name);
    const isAccount = textAt(subject, "kind") === "ServiceAccount";
    return isAccount && name === serviceAccount && textAt(subject, "namespace") === namespace;
  };
}

async function readRole(source: ObjectSource, binding: Binding): Promise<Fact<BoundRole>> {
  const { kind, name } = binding.role;
  const found =
    kind === "Role"
      ? await source.get({ resource: factResources.roles, namespace: binding.namespace, name })
      : await source.get({ resource: factResources.clusterRoles, name });
  if (found.kind !== "known") return found;
  return known({
    binding: `${binding.kind}/${binding.name}`,
    role: `${kind}/${name}`,
    namespace: binding.namespace,
    exists: found.value !== undefined,
    rules: mapsAt(found.value ?? {}, "rules").map((rule) => ({
      apiGroups: textsAt(rule, "apiGroups"),
      resources: textsAt(rule, "resources"),
      resourceNames: textsAt(rule, "resourceNames"),
      nonResourceUrls: textsAt(rule, "nonResourceURLs"),
      verbs: textsAt(rule, "verbs"),
    })),
  });
}

function toBinding(kind: Binding["kind"]): (object: Fields) => Binding {
  return (object) => ({
    kind,
    name: nameOf(object),
    namespace: namespaceOf(object),
    role: { kind: textAt(object, "roleRef", "kind") ?? "", name: textAt(object, "roleRef", "name") ?? "" },
    subjects: mapsAt(object, "subjects"),
  });
}
