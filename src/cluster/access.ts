// SPDX-License-Identifier: Apache-2.0

/** PEM text and where it comes from, in words for a sentence: `certificate-authority "/etc/k8s/ca.crt"`. */
export interface Pem {
  readonly text: string;
  readonly source: string;
}

/** A certificate of ours with its key. */
export interface ClientCertificate {
  readonly cert: Pem;
  readonly key: Pem;
}

/** Who we say we are. The secret is in `authorization` alone; the other fields may be shown. */
export interface Credential {
  /** The value of the Authorization header; undefined for a client certificate or an anonymous request. */
  readonly authorization: string | undefined;
  /** Where it comes from, in words: `token file "/var/run/.../token"`. */
  readonly source: string;
  /** What a JWT says of itself; undefined for other tokens. */
  readonly subject: string | undefined;
  readonly expires: Date | undefined;
  /** After this moment (ms since 1970) it is to be read again; undefined when it does not change. */
  readonly freshUntil: number | undefined;
}

/** Everything that a connection to one API server needs, read from disk. */
export interface ClusterAccess {
  /** The kubeconfig, or the folder of the service account. */
  readonly source: string;
  /** URL without a slash at its end. */
  readonly server: string;
  readonly ca: Pem | undefined;
  /** The name that the server's certificate must have, where it is not the host of `server`. */
  readonly serverName: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly proxyUrl: string | undefined;
  readonly certificate: ClientCertificate | undefined;
  readonly credential: Credential;
}
