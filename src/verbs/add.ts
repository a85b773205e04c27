// SPDX-License-Identifier: Apache-2.0
import { type AttachmentPlan, type MultusConfig, planAttachments } from "../attachments/index.ts";
import { type CniRequest, type CniResult, emptyResult } from "../cni/index.ts";
import { attach, noProgress, type Progress } from "./attach.ts";
import { detach } from "./detach.ts";
import { provideDeviceInfo } from "./devices.ts";
import { findEntry, forget, keyOf } from "./entries.ts";
import { joinFailures, withUndoFailures } from "./failures.ts";
import { findPod } from "./find-pod.ts";
import { learnVersions } from "./learn-versions.ts";
import type { VerbPorts } from "./ports.ts";
import { awaitReadiness } from "./readiness.ts";
import { report } from "./report.ts";
import { requirePlugins } from "./require-plugins.ts";
import { resolveNetworks } from "./resolve-networks.ts";
import { routeDefaults } from "./route-defaults.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * ADD: attaches the pod to every network that it asked for, or to none. Gives the primary's result, an empty
 * one for a pod that is gone; throws a CniError when anything failed and all was taken back (or is left in
 * the journal for DEL). Order of work: that of Multus v4.3; networks run side by side only where the
 * configuration or their NAD says so (CNI 1.1.0 and NPWG 1.3, section 7.3, forbid it).
 */
export async function add(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<CniResult> {
  await clearLeftovers(request, config, ports);
  await awaitReadiness(config, ports);
  const finding = await findPod(request, config, ports);
  if (finding.kind === "gone") return emptyResult;

  const networks = await resolveNetworks({ finding, config, ports });
  const searchDirs = searchDirsOf(config, request);
  await requirePlugins(networks, searchDirs, ports);
  const versions = await learnVersions(networks, searchDirs, ports);
  const plan = planAttachments({
    request,
    config,
    searchDirs,
    pod: finding.identity,
    networks,
    versions,
  });
  await ports.journal.begin(plan);
  return allOrNothing(plan, ports, async (progress) => {
    const { results } = progress;
    await provideDeviceInfo(plan, ports);
    await attach(plan, progress, ports);
    await routeDefaults(plan, results, ports);
    await report({ finding, config, plan, results, ports });
    return results.get(0) ?? emptyResult;
  });
}

/** A second ADD for a container first takes away what the first one left. */
async function clearLeftovers(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<void> {
  const entry = await findEntry(request, ports);
  if (entry === undefined) return;
  ports.log("verbose", "ADD of a container that is attached already; it is detached first", {
    container: request.containerId,
  });
  const at = { netns: request.netns, searchDirs: searchDirsOf(config, request) };
  const failure = joinFailures(await detach(entry, at, ports));
  if (failure !== undefined) throw failure;
  await forget(entry, ports);
}

/** Runs `work`; when it fails, all that was tried is taken back in reverse, and all failures are kept. */
async function allOrNothing(
  plan: AttachmentPlan,
  ports: VerbPorts,
  work: (progress: Progress) => Promise<CniResult>,
): Promise<CniResult> {
  const progress = noProgress();
  try {
    return await work(progress);
  } catch (cause) {
    const entry = { plan, results: progress.results, origin: "journal" } as const;
    const at = { netns: plan.netns, searchDirs: plan.searchDirs, failedAdd: progress };
    const undoFailures: unknown[] = [...(await detach(entry, at, ports))];
    // What could not be taken back stays in the journal: the runtime's DEL, a second ADD or GC finds it
    // there.
    if (undoFailures.length === 0)
      await ports.journal.remove(keyOf(plan)).catch((failure) => undoFailures.push(failure));
    throw withUndoFailures(cause, undoFailures);
  }
}
