// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFrameCutter,
  decodeAgentMessage,
  decodeShimMessage,
  encodeAgentMessage,
  encodeShimMessage,
} from "../../protocol/index.ts";
import { lendHands } from "../../shim/lend-hands.ts";
import { createHands, type Hands, type LentHands } from "./hands.ts";
import { type AgentServer, createAgentServer } from "./server.ts";

/** For tests: the hands of this very host, lent as a shim lends them, every message through its bytes. */
export function handsOfThisHost(searchDirs: readonly string[] = []): LentHands {
  const toAgent = createFrameCutter();
  const toShim = createFrameCutter();
  let isReleased = false;
  const shim = lendHands({
    searchDirs,
    foldersFile: "/absent/multus.plugin-folders",
    ended: (id, ending) => {
      // Nobody is there any more who could hear it.
      if (isReleased) return;
      for (const frame of toAgent(encodeShimMessage({ kind: "step-ended", id, ending }))) {
        const message = decodeShimMessage(frame);
        if (message.kind === "step-ended") hands.ended(message.id, message.ending);
      }
    },
  });
  const hands = createHands({
    send: (sent) => {
      for (const frame of toShim(encodeAgentMessage(sent))) {
        const message = decodeAgentMessage(frame);
        if (message.kind === "stop") shim.stop(message.id);
        else if (message.kind === "run" || message.kind === "look" || message.kind === "netlink")
          shim.take(message);
      }
    },
    overdue: (what) => {
      throw new Error(`${what} is overdue`);
    },
  });
  const release = (): void => {
    isReleased = true;
    void shim.letGo();
    hands.release();
  };
  return { ...hands, release };
}

/** For tests: the hands of a shim's process, from `start` to `end`; `command` starts it. */
export function handsOfProcess(command: readonly string[]) {
  const lent = Promise.withResolvers<Hands>();
  const enough = Promise.withResolvers<void>();
  const socketDir = mkdtempSync(join(tmpdir(), "plures-hands-"));
  const hands: Hands = {
    run: async (...given) => (await lent.promise).run(...given),
    look: async (...given) => (await lent.promise).look(...given),
    netlink: async (...given) => (await lent.promise).netlink(...given),
  };
  let server: AgentServer | undefined;
  let shim: Bun.Subprocess | undefined;
  const start = (): void => {
    server = createAgentServer({
      socketDir,
      software: "test",
      log: () => {},
      serve: async (errand) => {
        lent.resolve(errand.hands);
        await enough.promise;
        return { stdout: "", exitCode: 0 };
      },
    });
    const config = JSON.stringify({
      cniVersion: "1.0.0",
      name: "m",
      type: "multus",
      daemonSocketDir: socketDir,
    });
    shim = Bun.spawn([...command], {
      env: { CNI_COMMAND: "STATUS", CNI_PATH: "/nowhere" },
      stdio: [Buffer.from(config), "ignore", "inherit"],
    });
  };
  const end = async (): Promise<void> => {
    enough.resolve();
    await shim?.exited;
    server?.close();
    rmSync(socketDir, { recursive: true });
  };
  return { hands, start, end };
}
