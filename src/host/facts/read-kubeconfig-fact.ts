// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../../cni/index.ts";
import type { KubeconfigFact } from "../../diagnosis/index.ts";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { type Certificates, decode, readCertificateFile, readCertificates } from "./read-certificates.ts";
import { readTokenClaims } from "./read-token-claims.ts";
import { tellFile } from "./tell-file.ts";

type Section = Readonly<Record<string, unknown>>;
type Credential = NonNullable<KubeconfigFact["credential"]>;
type Authority = NonNullable<KubeconfigFact["authority"]>;

/**
 * What the current context of a kubeconfig says; never a token, a key or a password. What cannot be read is a
 * problem in the answer.
 */
export function readKubeconfigFact(
  machine: Machine,
  path: string,
  namedBy: readonly string[],
): KubeconfigFact {
  try {
    const base = { ...tellFile(path, machine.look(path)), namedBy };
    if (base.kind !== "file") return base;
    const document = parse(machine.readText(path) ?? "");
    if (!isJsonObject(document)) return { ...base, problem: `"${path}" is no kubeconfig` };
    return { ...base, ...readContext(machine, document, path) };
  } catch (error) {
    return { path, kind: "other", namedBy, problem: whyNot(`"${path}"`, error) };
  }
}

/** The parser's words may quote the file: they are not told. */
function parse(text: string): unknown {
  try {
    return Bun.YAML.parse(text);
  } catch {
    return undefined;
  }
}

function readContext(
  machine: Machine,
  document: Section,
  path: string,
): Omit<KubeconfigFact, "path" | "kind" | "namedBy"> {
  const context = named(document.contexts, document["current-context"], "context");
  if (context === undefined) return { problem: `"${path}": its current-context is not among its contexts` };
  const cluster = named(document.clusters, context.cluster, "cluster");
  const user = named(document.users, context.user, "user");
  if (cluster === undefined) return { problem: `"${path}": the cluster of its context is not there` };
  const folder = path.slice(0, path.lastIndexOf("/"));
  const source = { machine, folder };
  return {
    server: withoutUser(textOf(cluster.server)),
    namespace: textOf(context.namespace),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    authority: readAuthority(source, cluster),
    credential: user === undefined ? { kind: "none" } : readCredential(source, user),
  };
}

interface Source {
  readonly machine: Machine;
  /** Where relative paths start. */
  readonly folder: string;
}

function named(list: unknown, name: unknown, kind: string): Section | undefined {
  const found = (Array.isArray(list) ? list : []).find((entry) => isJsonObject(entry) && entry.name === name);
  const section = isJsonObject(found) ? found[kind] : undefined;
  return isJsonObject(section) ? section : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An address may have a name and a password in it. */
function withoutUser(server: string | undefined): string | undefined {
  return server?.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

function readAuthority({ machine, folder }: Source, cluster: Section): Authority {
  const inline = textOf(cluster["certificate-authority-data"]);
  if (inline !== undefined) return { from: "inline", ...readCertificates(decode(inline)) };
  const file = textOf(cluster["certificate-authority"]);
  if (file === undefined) return { from: "none", certificates: [] };
  const path = absolute(file, folder);
  return { from: "file", path, ...readCertificateFile(machine, path) };
}

/** In client-go's order: what is written in place wins, and a token over a certificate. */
function readCredential(source: Source, user: Section): Credential {
  const { machine, folder } = source;
  const token = textOf(user.token);
  const tokenFile = textOf(user.tokenFile);
  if (tokenFile !== undefined) return readTokenFile(machine, absolute(tokenFile, folder));
  if (token !== undefined) return { kind: "token", token: readTokenClaims(token) };
  const data = textOf(user["client-certificate-data"]);
  const file = textOf(user["client-certificate"]);
  if (data !== undefined) return withCertificate(readCertificates(decode(data)));
  if (file !== undefined) {
    const path = absolute(file, folder);
    return { path, ...withCertificate(readCertificateFile(machine, path)) };
  }
  if (isJsonObject(user.exec)) return { kind: "exec", path: textOf(user.exec.command) };
  return { kind: user.username === undefined && user.password === undefined ? "none" : "password" };
}

function readTokenFile(machine: Machine, path: string): Credential {
  try {
    const token = machine.readText(path);
    if (token === undefined) return { kind: "token-file", path, problem: `there is no "${path}"` };
    return { kind: "token-file", path, token: readTokenClaims(token) };
  } catch (error) {
    return { kind: "token-file", path, problem: whyNot(`"${path}"`, error) };
  }
}

function withCertificate({ certificates, problem }: Certificates): Credential {
  return { kind: "certificate", certificate: certificates[0], problem };
}
