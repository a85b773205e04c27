// SPDX-License-Identifier: Apache-2.0
import { version } from "../package.json" with { type: "json" };

/** Of the image in deploy/ and in the archives of `make image`. No registry has it: every node imports it. */
export const imageName = `localhost/plures:${version}`;
