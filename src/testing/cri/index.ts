// SPDX-License-Identifier: Apache-2.0
export { type CriClient, connectCri } from "./client.ts";
