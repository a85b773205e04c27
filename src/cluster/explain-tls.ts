// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { ClusterAccess, Pem } from "./access.ts";

interface Words {
  readonly what: string;
  readonly hint: string;
}

const validity: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not yet valid",
};

/**
 * What a TLS failure means for this access: which file, and what to check. `code` is OpenSSL's or Bun's name
 * for it.
 */
export function explainTls(code: string, access: ClusterAccess | undefined): Words {
  if (access === undefined) return { what: `TLS failed (${code})`, hint: "check the kubeconfig" };
  const server = access.server;
  const broken = findBrokenMaterial(access);
  if (broken !== undefined) return { what: broken, hint: "write the kubeconfig anew" };
  const ca = access.ca?.source ?? "the host's own list of authorities";
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
    case "HOSTNAME_MISMATCH":
      return {
        what: `the certificate of ${server} is not for ${access.serverName ?? new URL(server).hostname}`,
        hint: "set tls-server-name to a name that the certificate has, or use such a name in server",
      };
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return {
        what: `the certificate of ${server}, or its authority, ${validity[code]}`,
        hint: `check this host's clock, then renew the API server's certificate (${ca})`,
      };
    case "EPROTO":
      return {
        what: `the TLS handshake with ${server} failed`,
        hint: "check that the port speaks TLS, and that a client certificate is given if it asks for one",
      };
    default:
      return {
        what: `the certificate of ${server} is not signed by ${ca} (${code})`,
        hint: "the cluster's CA was replaced, or the file is of another cluster: put the present CA there",
      };
  }
}

function findBrokenMaterial(access: ClusterAccess): string | undefined {
  const { ca, certificate } = access;
  return (
    (ca && findBrokenCertificate(ca)) ??
    (certificate &&
      (findBrokenCertificate(certificate.cert) ?? findWrongKey(certificate.cert, certificate.key)))
  );
}

function findBrokenCertificate(pem: Pem): string | undefined {
  try {
    const { validTo, validToDate } = new X509Certificate(pem.text);
    return validToDate.getTime() < Date.now() ? `${pem.source} expired on ${validTo}` : undefined;
  } catch {
    return `${pem.source} is no certificate`;
  }
}

function findWrongKey(cert: Pem, key: Pem): string | undefined {
  try {
    const matches = new X509Certificate(cert.text).checkPrivateKey(createPrivateKey(key.text));
    return matches ? undefined : `${key.source} is not the key of ${cert.source}`;
  } catch {
    return `${key.source} is no private key`;
  }
}
