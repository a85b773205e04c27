#!/usr/bin/env bun
// SPDX-License-Identifier: Apache-2.0
// Prints what the API server answers to a GET, for tests that look from outside into a node: api-get.ts URL
// TOKEN CA-FILE
import { readFileSync } from "node:fs";

const [url = "", token = "", caFile = ""] = process.argv.slice(2);
const response = await fetch(url, {
  headers: { authorization: `Bearer ${token}` },
  tls: { ca: readFileSync(caFile, "utf8") },
});
const body = await response.text();
if (!response.ok) throw new Error(`getting ${url}: ${response.status} ${body}`);
process.stdout.write(body);
