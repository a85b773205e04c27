// SPDX-License-Identifier: Apache-2.0
import { version } from "../../package.json" with { type: "json" };

/** The released version of this executable, as package.json has it. */
export const pluresVersion: string = version;
