// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { ClusterAccess } from "./access.ts";
import { tokenFileCredential } from "./credential.ts";
import { readNamedFile, readPemFile } from "./read-material.ts";

/** Where Kubernetes puts a pod's service account. */
export const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

const missingHint = "run in a pod with automountServiceAccountToken, or name a kubeconfig";

/** Access with the service account of the pod that we run in. Throws a CniError (code 11) outside a pod. */
export async function loadInClusterAccess(place: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}): Promise<ClusterAccess> {
  const server = inClusterServer(place.env);
  const caPath = join(place.folder, "ca.crt");
  const token = { path: join(place.folder, "token"), field: "token file", missingHint };
  // One after the other, so that the same file is blamed every time.
  const ca = await readPemFile({ path: caPath, field: "certificate authority", missingHint });
  const tokenText = await readNamedFile(token);
  return {
    source: place.folder,
    server,
    ca: { text: ca, source: `certificate authority ${JSON.stringify(caPath)}` },
    serverName: undefined,
    skipTlsVerify: false,
    proxyUrl: undefined,
    certificate: undefined,
    credential: tokenFileCredential(tokenText, token),
  };
}

function inClusterServer(env: Readonly<Record<string, string | undefined>>): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw new CniError(
      cniErrorCodes.tryAgainLater,
      "cannot find the API server: there is no kubeconfig, and KUBERNETES_SERVICE_HOST and _PORT are not set",
      { hint: "set the key kubeconfig of the CNI configuration, or run in a pod" },
    );
  }
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
