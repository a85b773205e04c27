// SPDX-License-Identifier: Apache-2.0
export {
  below,
  type Domain,
  folderOf,
  type HostPath,
  isWithin,
  nameOf,
  type ParsedPath,
  PathError,
  type PathIn,
  type PathProblem,
  type PodPath,
  parseHostPath,
  parsePodPath,
  tryParseHostPath,
  tryParsePodPath,
  under,
} from "./absolute-path.ts";
export { type ConfiguredPath, judgePath, type PathMistake, type PathVerdict } from "./judge-path.ts";
export {
  type Mount,
  type MountSource,
  type MountTable,
  mountTableOf,
  type VolumeLike,
  type VolumeMountLike,
} from "./mount-table.ts";
export { type Flavour, flavours, type PathFile, type PathKey, pathFiles } from "./path-key.ts";
export { pathKey, pathKeys } from "./path-keys.ts";
export { type InPod, meansTheSame, type OnHost, toHost, toPod } from "./translate-path.ts";
