// SPDX-License-Identifier: Apache-2.0
import { dirname } from "node:path";
import type { ClientCertificate, ClusterAccess, Credential, Pem } from "./access.ts";
import { AccessProblem, lineOfSyntaxError, toAccessError } from "./access-problem.ts";
import { anonymousCredential, basicCredential, tokenCredential, tokenFileCredential } from "./credential.ts";
import { runExecPlugin } from "./exec-credential.ts";
import { loadInClusterAccess, serviceAccountFolder } from "./in-cluster.ts";
import { type KubeconfigContext, type Material, readKubeconfig } from "./kubeconfig.ts";
import type { ExecPlugin } from "./kubeconfig-exec.ts";
import { readNamedFile, readPemFile } from "./read-material.ts";

/** Where the access comes from, and what an exec plugin gets. */
export interface AccessPlace {
  /** undefined for the service account of the pod that we run in. */
  readonly kubeconfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly serviceAccountFolder?: string | undefined;
}

/**
 * Reads the kubeconfig and every file that it names. Throws a CniError (code 11) that says which file, which
 * field and what to do; secrets are never part of it.
 */
export async function loadAccess(place: AccessPlace): Promise<ClusterAccess> {
  const path = place.kubeconfig;
  if (path === undefined) {
    return loadInClusterAccess({
      env: place.env,
      folder: place.serviceAccountFolder ?? serviceAccountFolder,
    });
  }
  const missingHint = "the key kubeconfig of the CNI configuration must name a file of this host";
  const text = await readNamedFile({ path, field: "kubeconfig", missingHint });
  try {
    const context = readKubeconfig(await parse(text), dirname(path));
    return await resolve(context, { ...place, source: path });
  } catch (error) {
    throw error instanceof AccessProblem ? await toAccessError(error, { path, text }) : error;
  }
}

// Bun's own parser: `yaml` takes 16 ms to import, so it only explains what is wrong.
async function parse(text: string): Promise<unknown> {
  try {
    return Bun.YAML.parse(text);
  } catch {
    const line = await lineOfSyntaxError(text);
    throw new AccessProblem(`it is not valid YAML${line === undefined ? "" : `, line ${line}`}`, {
      hint: "correct it, or write it anew",
    });
  }
}

async function resolve(
  context: KubeconfigContext,
  place: AccessPlace & { readonly source: string },
): Promise<ClusterAccess> {
  const ca = context.ca && (await readPem(context.ca));
  const identity = await resolveIdentity(context, { ...place, ca });
  return {
    source: place.source,
    server: context.server,
    ca: context.skipTlsVerify ? undefined : ca,
    serverName: context.serverName,
    skipTlsVerify: context.skipTlsVerify,
    proxyUrl: context.proxyUrl,
    ...identity,
  };
}

type Identity = Pick<ClusterAccess, "certificate" | "credential">;

async function resolveIdentity(
  context: KubeconfigContext,
  place: AccessPlace & { readonly source: string; readonly ca: Pem | undefined },
): Promise<Identity> {
  const certificate = context.certificate && (await readCertificate(context.certificate));
  const source = `${context.userTitle} of kubeconfig ${JSON.stringify(place.source)}`;
  if (context.token !== undefined)
    return { certificate, credential: await readToken(context.token, place.source) };
  if (context.basic !== undefined) return { certificate, credential: basicCredential(context.basic, source) };
  if (context.exec !== undefined) return runExec(context, context.exec, { ...place, certificate });
  return { certificate, credential: anonymousCredential(source) };
}

async function readToken(token: Material, kubeconfig: string): Promise<Credential> {
  if (token.kind === "inline") {
    return tokenCredential(token.value.trim(), { source: `the token of ${JSON.stringify(kubeconfig)}` });
  }
  const file = {
    path: token.path,
    field: "tokenFile",
    missingHint: "the kubeconfig must name a file of this host",
  };
  return tokenFileCredential(await readNamedFile(file), file);
}

async function readCertificate(written: { cert: Material; key: Material }): Promise<ClientCertificate> {
  const cert = await readPem(written.cert);
  return { cert, key: await readPem(written.key) };
}

async function readPem(material: Material): Promise<Pem> {
  if (material.kind === "inline") return { text: material.value, source: material.field };
  const { path, field } = material;
  const text = await readPemFile({
    path,
    field,
    missingHint: "the kubeconfig must name a file of this host",
  });
  return { text, source: `${field} ${JSON.stringify(path)}` };
}

async function runExec(
  context: KubeconfigContext,
  plugin: ExecPlugin,
  place: AccessPlace & {
    readonly source: string;
    readonly ca: Pem | undefined;
    readonly certificate: ClientCertificate | undefined;
  },
): Promise<Identity> {
  const title = `${context.userTitle} exec`;
  const answer = await runExecPlugin(plugin, {
    title,
    cluster: describeCluster(context, place.ca),
    env: place.env,
    timeoutMs: place.timeoutMs,
  });
  const source = `${title} of kubeconfig ${JSON.stringify(place.source)}`;
  const freshUntil = answer.expires?.getTime();
  const credential =
    answer.token === undefined
      ? { ...anonymousCredential(source), expires: answer.expires, freshUntil }
      : tokenCredential(answer.token, { source, freshUntil });
  const pem = (text: string): Pem => ({ text, source });
  const certificate =
    answer.certificate === undefined
      ? place.certificate
      : { cert: pem(answer.certificate.cert), key: pem(answer.certificate.key) };
  return { certificate, credential };
}

function describeCluster(context: KubeconfigContext, ca: Pem | undefined): Record<string, unknown> {
  return {
    server: context.server,
    "tls-server-name": context.serverName,
    "insecure-skip-tls-verify": context.skipTlsVerify || undefined,
    "certificate-authority-data": ca && Buffer.from(ca.text).toString("base64"),
    "proxy-url": context.proxyUrl,
  };
}
