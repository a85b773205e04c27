// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";
import { factOf } from "./fact.ts";
import { fileFact, fileRows } from "./file-fact.ts";
import { flag, hostPath, list, mapOf, maybe, number, oneOf, shape, text, time } from "./shapes.ts";

const setting = v.union([text("Text"), number("Number"), flag("Yes or no"), list("Texts", text("Text"))]);

/** A configuration file of Multus or of its daemon. */
export const multusConfigFact = shape("A configuration file of Multus, of its daemon, or of Plures' agent", {
  ...fileRows,
  role: oneOf("Who reads it", ["plugin", "daemon"]),
  type: maybe(text("type, the executable: multus, multus-shim ...")),
  settings: mapOf("Its plain keys as they are written; networks are left out", setting),
  delegates: list("Types of the first plugin of each delegate, in order", text("Type")),
  problem: maybe(text("Why it cannot be read")),
});

/** A configuration file of Multus or of its daemon. */
export type MultusConfigFact = v.InferOutput<typeof multusConfigFact>;

const certificate = shape("A certificate", {
  subject: text("Who it is for"),
  issuer: text("Who signed it"),
  notBefore: time("When its validity begins"),
  notAfter: time("When its validity ends"),
});

/** Who a token speaks for; never the token. */
export const tokenClaims = shape("Who a token speaks for; the token itself is never told", {
  issuer: maybe(text("iss")),
  subject: maybe(text("sub")),
  audiences: list("aud", text("Audience")),
  issuedAt: maybe(time("iat")),
  expiresAt: maybe(time("exp; absent: it never expires")),
  boundTo: maybe(text("The object that it dies with, such as pod kube-system/x")),
  problem: maybe(text("Why its claims cannot be read")),
});

/** Who a token speaks for. */
export type TokenClaims = v.InferOutput<typeof tokenClaims>;

/** A kubeconfig that Multus uses. */
export const kubeconfigFact = shape("A kubeconfig that Multus uses; no secret of it", {
  ...fileRows,
  namedBy: list("Configurations that name it", hostPath("")),
  server: maybe(text("Address of the API server")),
  namespace: maybe(text("Namespace of the context")),
  insecure: maybe(flag("Whether the server's certificate is not checked")),
  authority: maybe(
    shape("Whom it trusts to sign the server's certificate", {
      from: oneOf("Where it is", ["inline", "file", "none"]),
      path: maybe(hostPath("The file")),
      certificates: list("Its certificates", certificate),
      problem: maybe(text("Why it cannot be read")),
    }),
  ),
  credential: maybe(
    shape("What it shows to the server", {
      kind: oneOf("What it is", ["token", "token-file", "certificate", "exec", "password", "none"]),
      path: maybe(hostPath("The file of the token or certificate, or the program")),
      token: maybe(tokenClaims),
      certificate: maybe(certificate),
      problem: maybe(text("Why it cannot be read")),
    }),
  ),
  problem: maybe(text("Why the kubeconfig cannot be read")),
});

/** A kubeconfig that Multus uses. */
export type KubeconfigFact = v.InferOutput<typeof kubeconfigFact>;

/** What Multus, or Plures in its place, has on a host. */
export const multusFacts = shape("What Multus, or Plures in its place, has on this host", {
  configs: factOf(list("Its configuration files", multusConfigFact)),
  kubeconfigs: factOf(list("The kubeconfigs that they name, and those in the usual places", kubeconfigFact)),
  cache: factOf(
    list(
      "Folders in which it, or libcni, keeps what pods got",
      shape("A folder of records", {
        path: hostPath("The folder"),
        role: oneOf("Whose it is: of Multus' daemon or Plures' agent, or of the dhcp daemon", [
          "multus",
          "libcni",
          "plures",
        ]),
        exists: flag("Whether it is there"),
        entries: number("Number of files"),
        oldest: maybe(time("When the oldest of them was written")),
      }),
    ),
  ),
  sockets: factOf(
    list(
      "Sockets of daemons",
      shape("A socket", {
        file: fileFact,
        role: oneOf("Whose it is: of Multus' daemon or Plures' agent, or of the dhcp daemon", [
          "multus",
          "dhcp-daemon",
        ]),
        answers: factOf(flag("Whether somebody takes a connection")),
      }),
    ),
  ),
  processes: factOf(
    list(
      "Running processes of Multus, Plures and the dhcp daemon",
      shape("A process", {
        pid: number("Number of the process"),
        name: text("Name of its executable"),
        arguments: list("Its arguments; values of those that name secrets are left out", text("Argument")),
      }),
    ),
  ),
});

/** What Multus, or Plures in its place, has on a host. */
export type MultusFacts = v.InferOutput<typeof multusFacts>;
