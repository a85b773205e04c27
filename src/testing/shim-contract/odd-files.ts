// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";

/** Puts what cannot be run into `dir`: not executable, no program, a folder, a link to nowhere. */
export function putOddFiles(dir: string): void {
  writeFileSync(`${dir}/not-executable`, "#!/bin/sh\n", { mode: 0o644 });
  writeFileSync(`${dir}/no-program`, "not for any machine\n", { mode: 0o755 });
  mkdirSync(`${dir}/folder`);
  symlinkSync("/no/such", `${dir}/dangling`);
}
