// SPDX-License-Identifier: Apache-2.0
import { Document, isMap, isNode, isScalar, type Node, visit } from "yaml";
import type { Comment, Manifest } from "../../src/manifests/index.ts";

const widest = 110;

/** The YAML of one file: a first line, and all objects with their reasons as comments. */
export function manifestsYaml(manifests: readonly Manifest[]): string {
  return `# SPDX-License-Identifier: Apache-2.0\n${manifests.map(manifestYaml).join("---\n")}`;
}

function manifestYaml({ object, comments }: Manifest): string {
  // An object that stands in several places is written in full in each.
  const document = new Document(object, { aliasDuplicateObjects: false });
  for (const comment of comments) attach(document, comment);
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every((item) => isScalar(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function attach(document: Document, { path, text }: Comment): void {
  const node = placeOf(document, path);
  if (node === undefined)
    throw new Error(`a comment stands at "${path.join(".")}", where nothing is: ${text}`);
  node.commentBefore = wrapped(text, widest - 4 - 2 * path.length);
}

/** A comment stands above a key, an item of a list, or the document. */
function placeOf(document: Document, path: Comment["path"]): Node | undefined {
  const last = path.at(-1);
  if (last === undefined) return document.contents ?? undefined;
  const parent = document.getIn(path.slice(0, -1), true);
  const place = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key
    : document.getIn(path, true);
  return isNode(place) ? place : undefined;
}

function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => ` ${line}`).join("\n");
}
