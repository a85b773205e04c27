// SPDX-License-Identifier: Apache-2.0

/** Container ids and network names have the same letters (specification 1.1.0, sections 1 and 2). */
const identifier = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** IFNAMSIZ of Linux less the closing zero. */
const interfaceNameBytes = 15;

const identifierRule = "it must start with a letter or digit and go on with letters, digits, '_', '.' or '-'";

/** What is wrong with a container id, undefined when nothing is. */
export function containerIdProblem(id: string): string | undefined {
  return identifier.test(id) ? undefined : identifierRule;
}

/** What is wrong with the `name` of a network, undefined when nothing is. */
export function networkNameProblem(name: string): string | undefined {
  return identifier.test(name) ? undefined : identifierRule;
}

/** What is wrong with the name of an interface, undefined when nothing is; the kernel has the same rules. */
export function interfaceNameProblem(name: string): string | undefined {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes === 0) return "it is empty";
  if (bytes > interfaceNameBytes) return `it has ${bytes} bytes, Linux allows ${interfaceNameBytes}`;
  if (name === "." || name === "..") return "it must not be '.' or '..'";
  if (/[/:\s]/.test(name)) return "it must not contain '/', ':' or white space";
  return undefined;
}

/** What is wrong with the `type` of a plugin, which names an executable, undefined when nothing is. */
export function pluginTypeProblem(type: string): string | undefined {
  if (type === "") return "it is empty";
  if (type.includes("/")) return "it is the bare name of an executable, without '/'";
  if (type === "." || type === "..") return "it is the name of an executable, not of a folder";
  if (/[\s\p{Cc}]/u.test(type)) return "it must not contain white space or control characters";
  return undefined;
}
