// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";
import { asDelError } from "./del-error.ts";
import { detach } from "./detach.ts";
import { findEntry, forget } from "./entries.ts";
import { joinFailures } from "./failures.ts";
import type { VerbPorts } from "./ports.ts";
import { searchDirsOf } from "./search-dirs.ts";
import { strangersEntry } from "./stranger.ts";

/**
 * DEL: replays the container's plan in reverse and forgets it once every plugin succeeded (CNI 1.1.0, section
 * 2 "DEL"). Neither pod nor NAD nor API is asked. Without a plan there is at most the primary to be taken
 * away, of a container from before there was a meta-plugin.
 */
export async function del(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<void> {
  const entry = (await findEntry(request, ports)) ?? (await strangersEntry(request, config, ports));
  if (entry === undefined) return;
  const at = { netns: request.netns, searchDirs: searchDirsOf(config, request) };
  const failure = joinFailures(await detach(entry, at, ports));
  if (failure !== undefined) throw asDelError(failure);
  await forget(entry, ports);
}
