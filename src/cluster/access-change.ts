// SPDX-License-Identifier: Apache-2.0
import type { ClusterAccess } from "./access.ts";

/** Whether both sign in as the same: no use in trying the second when the first was refused. */
export function sameCredential(a: ClusterAccess, b: ClusterAccess): boolean {
  return a.credential.authorization === b.credential.authorization && sameCertificate(a, b);
}

function sameCertificate(a: ClusterAccess, b: ClusterAccess): boolean {
  return (
    a.certificate?.cert.text === b.certificate?.cert.text &&
    a.certificate?.key.text === b.certificate?.key.text
  );
}

/** Whether a connection made for one may carry the requests of the other: a new token needs no new one. */
export function sameTransport(a: ClusterAccess, b: ClusterAccess): boolean {
  return (
    sameCertificate(a, b) &&
    a.server === b.server &&
    a.ca?.text === b.ca?.text &&
    a.serverName === b.serverName &&
    a.skipTlsVerify === b.skipTlsVerify &&
    a.proxyUrl === b.proxyUrl
  );
}
