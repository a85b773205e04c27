// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";

/** Where in a document something is: keys and list positions from its root. */
export type FieldPath = readonly (string | number)[];

/** What is wrong with a kubeconfig or with a file that it names; becomes a CniError in `toAccessError`. */
export class AccessProblem extends Error {
  override readonly name = "AccessProblem";
  readonly hint: string;
  readonly at: FieldPath | undefined;

  /** `message` continues "kubeconfig FILE ...": `has no current-context`. */
  constructor(message: string, options: { readonly hint: string; readonly at?: FieldPath | undefined }) {
    super(message);
    this.hint = options.hint;
    this.at = options.at;
  }
}

/**
 * The sentence for a problem of the kubeconfig at `path`, with the line of `text` that it is about. The code
 * is "try again later": the runtime starts the pod once the file is right.
 */
export async function toAccessError(
  problem: AccessProblem,
  document: { readonly path: string; readonly text: string },
): Promise<CniError> {
  const line = problem.at === undefined ? undefined : await lineOf(document.text, problem.at);
  const where = line === undefined ? "" : ` line ${line}`;
  return new CniError(
    cniErrorCodes.tryAgainLater,
    `cannot use kubeconfig ${JSON.stringify(document.path)}${where}: ${problem.message}`,
    { hint: problem.hint },
  );
}

/** The line (from 1) of the first YAML mistake in `text`; undefined when there is none. */
export async function lineOfSyntaxError(text: string): Promise<number | undefined> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  // Pretty errors quote the source, and the source holds tokens.
  const [first] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors;
  return first === undefined ? undefined : lines.linePos(first.pos[0]).line;
}

// Loaded only to explain: importing the library costs more than a whole request.
async function lineOf(text: string, at: FieldPath): Promise<number | undefined> {
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (let depth = at.length; depth > 0; depth--) {
    const node: unknown = document.getIn(at.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
