// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dir, "fixtures", "certificates");

/**
 * Path of a test certificate or key: `ca.crt`, `other-ca.crt`, `server.crt`, `expired.crt`, `client.crt`,
 * `client.key`. They are valid for localhost, kubernetes.default.svc, 127.0.0.1 and ::1;
 * `fixtures/certificates/make.sh` makes them anew.
 */
export function certificatePath(name: string): string {
  return join(folder, name);
}

/** The PEM text of a test certificate or key. */
export function readCertificate(name: string): string {
  return readFileSync(certificatePath(name), "utf8");
}
