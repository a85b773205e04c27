// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";
import { asDelError } from "./del-error.ts";
import { detach } from "./detach.ts";
import { findEntry, forget } from "./entries.ts";
import { joinFailures } from "./failures.ts";
import type { VerbPorts } from "./ports.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * DEL: replays the container's plan in reverse and forgets it once every plugin succeeded (CNI 1.1.0, section
 * 2 "DEL"). Neither pod nor NAD nor API is asked. Without a plan there is nothing of ours: success.
 */
export async function del(
  request: CniRequest,
  config: Pick<MultusConfig, "binDir">,
  ports: VerbPorts,
): Promise<void> {
  const entry = await findEntry(request, ports);
  if (entry === undefined) {
    ports.log("verbose", "DEL of a container that nothing is known of", { container: request.containerId });
    return;
  }
  const at = { netns: request.netns, searchDirs: searchDirsOf(config, request) };
  const failure = joinFailures(await detach(entry, at, ports));
  if (failure !== undefined) throw asDelError(failure);
  await forget(entry, ports);
}
