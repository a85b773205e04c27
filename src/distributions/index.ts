// SPDX-License-Identifier: Apache-2.0
export {
  chooseLayout,
  foldersOf,
  type LayoutChoice,
  layoutsOf,
  type NodeFolder,
  type NodeLayout,
  pathsThatDecide,
} from "./choose-layout.ts";
export type { Condition } from "./condition.ts";
export {
  type DataDir,
  type Distribution,
  type FolderTrait,
  type Layout,
  type MultusThere,
  type PathName,
  type PrimaryNetwork,
  pathNames,
} from "./distribution.ts";
export { distributionOf, distributions } from "./distributions.ts";
export {
  argumentAnnotations,
  argumentsOf,
  argumentValue,
  type Hints,
  type HostHints,
  type NodeHints,
} from "./hints.ts";
export { pathsToLookFor } from "./paths-to-look-for.ts";
export { type Recognised, type Recognition, recognise, versionOf } from "./recognise.ts";
export { isSince } from "./release.ts";
export type { Sign } from "./sign.ts";
export type { Mark, Statement } from "./statement.ts";
