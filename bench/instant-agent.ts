// SPDX-License-Identifier: Apache-2.0
// An agent that answers every request at once, so that what asking costs is left: instant-agent.ts SOCKET_DIR
import { createAgentServer } from "../src/agent/requests/server.ts";

const [socketDir = ""] = process.argv.slice(2);
createAgentServer({
  socketDir,
  software: "bench",
  log: () => {},
  serve: async () => ({ stdout: "{}", exitCode: 0 }),
});
console.log("ready");
