// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import type { KubeconfigFact } from "../../diagnosis/index.ts";
import { whyNot } from "./look-for.ts";
import type { Machine } from "./machine.ts";

type Authority = NonNullable<KubeconfigFact["authority"]>;
type Certificate = Authority["certificates"][number];

/** Certificates, or why there are none. */
export type Certificates = Pick<Authority, "certificates" | "problem">;

/** The certificates of a PEM file of the machine. */
export function readCertificateFile(machine: Machine, path: string): Certificates {
  try {
    const text = machine.readText(path);
    return text === undefined
      ? { certificates: [], problem: `there is no "${path}"` }
      : readCertificates(text);
  } catch (error) {
    return { certificates: [], problem: whyNot(`"${path}"`, error) };
  }
}

/** Base64 as text. */
export function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

/** The certificates of a PEM text: whose they are and how long they are valid. */
export function readCertificates(pem: string): Certificates {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return { certificates: [], problem: "there is no certificate in it" };
  try {
    return { certificates: blocks.map(readCertificate) };
  } catch {
    return { certificates: [], problem: "a certificate of it cannot be read" };
  }
}

function readCertificate(pem: string): Certificate {
  const { subject, issuer, validFrom, validTo } = new X509Certificate(pem);
  return {
    subject: subject.replaceAll("\n", ", "),
    issuer: issuer.replaceAll("\n", ", "),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
  };
}
