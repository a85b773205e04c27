// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";

/**
 * ADD waits, within its deadline, for the file by which the primary says that it is ready; DEL never does.
 */
export async function awaitReadiness(
  config: Pick<MultusConfig, "readinessIndicatorFile">,
  ports: Pick<VerbPorts, "waitForFile">,
): Promise<void> {
  const file = config.readinessIndicatorFile;
  if (file === "" || (await ports.waitForFile(file))) return;
  throw new CniError(
    cniErrorCodes.tryAgainLater,
    `wait for the primary network: readiness file "${file}" is not there`,
    {
      hint: "look at the pods of the cluster's primary CNI on this node, or correct readinessindicatorfile",
    },
  );
}
