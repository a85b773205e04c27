// SPDX-License-Identifier: Apache-2.0
import { createPluginRunner } from "../../host/run-plugin.ts";

/**
 * Runs the plugin `hang-with-child` of the folder given, until somebody ends this program: what leash.test.ts
 * kills.
 */
const [dir = "", pids = ""] = process.argv.slice(2);
const runner = createPluginRunner({ deadline: () => 60_000 });
void runner.run({
  verb: "ADD",
  plugin: "hang-with-child",
  searchDirs: [dir],
  environment: { CNI_COMMAND: "ADD" },
  stdin: JSON.stringify({ cniVersion: "1.0.0", pids }),
});
