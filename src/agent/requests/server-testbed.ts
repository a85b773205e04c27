// SPDX-License-Identifier: Apache-2.0
// For tests: an agent as a process of its own, `server-testbed.ts SOCKET_DIR NAME`. It answers every request
// with its name after some milliseconds, says "serving" when it listens, drains at SIGTERM, and does not come
// to anything for as many milliseconds as a line on its standard input says.
import { createInterface } from "node:readline";
import { createAgentServer } from "./server.ts";

const [, , socketDir = "", name = ""] = process.argv;
const server = createAgentServer({
  socketDir,
  software: name,
  serve: async () => {
    await Bun.sleep(Math.random() * 20);
    return { stdout: name, exitCode: 0 };
  },
  log: () => {},
  lookEveryMs: 20,
});
process.once("SIGTERM", () => server.drain(5000).then(() => process.exit(0)));
createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write("busy\n");
  Bun.sleepSync(Number(line));
});
process.stdout.write("serving\n");
