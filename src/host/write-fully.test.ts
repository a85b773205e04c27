// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFully } from "./write-fully.ts";

test("write fully: appends to a regular file that others wrote to before", () => {
  const folder = mkdtempSync(join(tmpdir(), "plures-write-"));
  try {
    const file = openSync(join(folder, "out"), "w");
    writeFully(file, "before ");
    writeFully(file, "after");
    closeSync(file);
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("before after");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("write fully: a slow reader of a pipe gets everything", async () => {
  const program = `import { writeFully } from ${JSON.stringify(join(import.meta.dir, "write-fully.ts"))};
    writeFully(1, "x".repeat(1_000_000)); process.exit(0);`;
  const writer = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  await Bun.sleep(200);
  expect((await new Response(writer.stdout).text()).length).toBe(1_000_000);
});
