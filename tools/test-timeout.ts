// SPDX-License-Identifier: Apache-2.0
import { setDefaultTimeout } from "bun:test";

// On two busy cores a real plugin, a real containerd or a property test takes longer than Bun's five seconds.
setDefaultTimeout(20_000);
