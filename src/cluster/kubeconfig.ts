// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../cni/index.ts";
import { AccessProblem } from "./access-problem.ts";
import { type ExecPlugin, readExec } from "./kubeconfig-exec.ts";
import { pathFrom, readFlag, readNamed, readRequired, readText, type Section } from "./kubeconfig-section.ts";

/** Something secret or long that is written in place, or in a file beside. `field` names it in sentences. */
export type Material =
  | { readonly kind: "inline"; readonly value: string; readonly field: string }
  | { readonly kind: "file"; readonly path: string; readonly field: string };

/** What the current context of a kubeconfig says, before any other file is read. */
export interface KubeconfigContext {
  readonly server: string;
  readonly ca: Material | undefined;
  readonly serverName: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly proxyUrl: string | undefined;
  readonly certificate: { readonly cert: Material; readonly key: Material } | undefined;
  readonly token: Material | undefined;
  readonly basic: { readonly username: string; readonly password: string } | undefined;
  readonly exec: ExecPlugin | undefined;
  /** `user "multus"`. */
  readonly userTitle: string;
}

/**
 * Takes the current context out of a parsed kubeconfig. `folder` is where relative paths start. Which field
 * wins over which follows client-go. Throws an AccessProblem.
 */
export function readKubeconfig(document: unknown, folder: string): KubeconfigContext {
  if (!isJsonObject(document)) {
    throw new AccessProblem("it is no mapping with clusters, users and contexts", { hint: rewriteHint });
  }
  const root: Section = { title: "kubeconfig", at: [], fields: document };
  const context = readNamed(root, "contexts", "context", readRequired(root, "current-context"));
  const cluster = readNamed(root, "clusters", "cluster", readRequired(context, "cluster"));
  const user = readNamed(root, "users", "user", readRequired(context, "user"));
  const ca = readMaterial(cluster, "certificate-authority", folder);
  const skipTlsVerify = readFlag(cluster, "insecure-skip-tls-verify");
  return {
    server: serverUrl(cluster, ca !== undefined || skipTlsVerify),
    ca,
    serverName: readText(cluster, "tls-server-name"),
    skipTlsVerify,
    proxyUrl: readProxyUrl(cluster),
    certificate: readCertificate(user, folder),
    token: readToken(user, folder),
    basic: readBasic(user),
    exec: readExec(user, folder),
    userTitle: user.title,
  };
}

const rewriteHint = "write it anew; the pod that installs the CNI plugin does so when it restarts";

function serverUrl(cluster: Section, tls: boolean): string {
  const written = readRequired(cluster, "server");
  const url = written.includes("://") ? written : `${tls ? "https" : "http"}://${written}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return url.replace(/\/+$/, "");
  const address = url.replace(/^\w+:\/\//, "");
  throw new AccessProblem(`${cluster.title}: server ${JSON.stringify(written)} is no URL`, {
    hint: /:.*:/.test(address)
      ? "put an IPv6 address in brackets: https://[fd00::1]:6443"
      : "write it as https://HOST:PORT, without brackets around a host name",
    at: [...cluster.at, "server"],
  });
}

function readProxyUrl(cluster: Section): string | undefined {
  const written = readText(cluster, "proxy-url");
  if (written === undefined) return undefined;
  if (URL.canParse(written) && /^https?:$/.test(new URL(written).protocol)) return written;
  // The value may hold a password.
  throw new AccessProblem(`${cluster.title}: proxy-url is no http:// or https:// URL`, {
    hint: "write it as http://HOST:PORT; SOCKS proxies are not supported",
    at: [...cluster.at, "proxy-url"],
  });
}

/** KEY-data, base64, wins over the file named by KEY. */
function readMaterial(section: Section, key: string, folder: string): Material | undefined {
  const data = readText(section, `${key}-data`);
  if (data !== undefined) {
    const value = Buffer.from(data, "base64").toString("utf8");
    if (value.includes("-----BEGIN "))
      return { kind: "inline", value, field: `${section.title} ${key}-data` };
    throw new AccessProblem(`${section.title}: ${key}-data is not the base64 of a PEM file`, {
      hint: `take it from the PEM file with: base64 -w0 FILE`,
      at: [...section.at, `${key}-data`],
    });
  }
  const file = readText(section, key);
  return file === undefined ? undefined : { kind: "file", path: pathFrom(folder, file), field: key };
}

function readCertificate(user: Section, folder: string): KubeconfigContext["certificate"] {
  const cert = readMaterial(user, "client-certificate", folder);
  const key = readMaterial(user, "client-key", folder);
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const [has, lacks] =
    cert === undefined ? ["client-key", "client-certificate"] : ["client-certificate", "client-key"];
  throw new AccessProblem(`${user.title} has a ${has} but no ${lacks}`, {
    hint: `add ${lacks}`,
    at: user.at,
  });
}

function readToken(user: Section, folder: string): Material | undefined {
  const file = readText(user, "tokenFile");
  if (file !== undefined) return { kind: "file", path: pathFrom(folder, file), field: "tokenFile" };
  const value = readText(user, "token");
  return value === undefined ? undefined : { kind: "inline", value, field: `${user.title} token` };
}

function readBasic(user: Section): KubeconfigContext["basic"] {
  const username = readText(user, "username");
  return username === undefined ? undefined : { username, password: readText(user, "password") ?? "" };
}
