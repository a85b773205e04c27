// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { round } from "./statistics.ts";

/** Memory of a process in MB (10^6 bytes). */
export interface Memory {
  /** In memory now, the pages of its executable included. */
  readonly residentMb: number;
  /** Of those what is of this process alone. */
  readonly ownMb: number;
  /** The most that was ever resident. */
  readonly mostMb: number;
}

/** What a process takes now. Throws an Error when there is no such process. */
export function memoryOf(pid: number): Memory {
  return readMemory(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** Milliseconds of processor time that a process, all of its threads, took so far. */
export function processorMsOf(pid: number): number {
  return readProcessorMs(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock is. */
const tickMs = 10;

/** The processor time in a `/proc/<pid>/stat`, fields 14 and 15. */
export function readProcessorMs(stat: string): number {
  // Field 2 is the program's name in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** The memory in a `/proc/<pid>/status`, whose kB are 1024 bytes. */
export function readMemory(status: string): Memory {
  const megabytes = (key: string): number =>
    round((Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024) / 1e6);
  return { residentMb: megabytes("VmRSS"), ownMb: megabytes("RssAnon"), mostMb: megabytes("VmHWM") };
}
