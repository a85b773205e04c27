// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkLicenseLine } from "./check-license-line.ts";

const spdx = "SPDX-License-Identifier: Apache-2.0";
const rows = [
  { path: "src/a.ts", text: `// ${spdx}\nconst x = 1;`, problems: 0 },
  { path: "tools/a.sh", text: `#!/usr/bin/env bash\n# ${spdx}\n`, problems: 0 },
  { path: "src/a.ts", text: `\n// ${spdx}`, problems: 1 },
  { path: "src/a.ts", text: "// SPDX-License-Identifier: MIT", problems: 1 },
  { path: "Makefile", text: "all:", problems: 1 },
  { path: ".ci/run", text: "#!/bin/bash\necho", problems: 1 },
  { path: "README.md", text: "", problems: 0 },
];

for (const { path, text, problems } of rows) {
  test(`${path} that begins ${JSON.stringify(text)}: ${problems} problems`, () => {
    expect(checkLicenseLine([{ path, text }])).toHaveLength(problems);
  });
}
