// SPDX-License-Identifier: Apache-2.0
import { argumentsOf, argumentValue, type Hints } from "./hints.ts";
import { isSince } from "./release.ts";
import { type Sign, seesSign, tellSign } from "./sign.ts";

/** When a layout is the one of a machine. */
export type Condition =
  | { readonly kind: "always" }
  /** The version is one of these first releases of their minors, or later. */
  | { readonly kind: "since"; readonly firsts: readonly string[] }
  /**
   * An argument has this value. `saidBy`: only programs with this first word know; of others its absence
   * tells nothing.
   */
  | {
      readonly kind: "argument";
      readonly names: readonly string[];
      readonly is: string;
      readonly saidBy?: string;
    }
  | { readonly kind: "not"; readonly of: Condition }
  /** The first of these that is known decides. */
  | { readonly kind: "first"; readonly of: readonly Condition[] }
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | Sign;

/** What is known besides the hints. */
export interface Known extends Hints {
  /** The version by which eras are told apart; undefined when it is not known. */
  readonly version: string | undefined;
}

/** Whether a condition holds; `unknown` when what is known does not tell. */
export function holds(condition: Condition, known: Known): boolean | "unknown" {
  switch (condition.kind) {
    case "always":
      return true;
    case "since":
      return known.version === undefined
        ? "unknown"
        : (isSince(known.version, condition.firsts) ?? "unknown");
    case "argument":
      return holdsArgument(condition, known);
    case "not": {
      const inner = holds(condition.of, known);
      return inner === "unknown" ? inner : !inner;
    }
    case "first":
      return outcomesOf(condition.of, known).find((outcome) => outcome !== "unknown") ?? "unknown";
    case "all": {
      const outcomes = outcomesOf(condition.of, known);
      if (outcomes.includes(false)) return false;
      return outcomes.includes("unknown") ? "unknown" : true;
    }
    default:
      return seesSign(condition, known);
  }
}

/** A condition in words. */
export function tellCondition(condition: Condition): string {
  switch (condition.kind) {
    case "always":
      return "always";
    case "since":
      return `since ${condition.firsts.join(", ")}`;
    case "argument":
      return `${condition.names[0]}=${condition.is}`;
    case "not":
      return tellOpposite(condition.of);
    case "first":
      return condition.of.map(tellCondition).join(", or, where that is not known, ");
    case "all":
      return condition.of.map(tellCondition).join(", and ");
    default:
      return tellSign(condition);
  }
}

function tellOpposite(condition: Condition): string {
  switch (condition.kind) {
    case "since":
      return `before ${condition.firsts.join(", ")}`;
    case "path":
      return `${condition.path} is not there`;
    case "first":
      return condition.of.map(tellOpposite).join(", or, where that is not known, ");
    default:
      return `not ${tellCondition(condition)}`;
  }
}

/** All paths that a condition wants to be looked for. */
export function pathsOf(condition: Condition): readonly string[] {
  if (condition.kind === "path") return [condition.path];
  if (condition.kind === "not") return pathsOf(condition.of);
  return condition.kind === "first" || condition.kind === "all" ? condition.of.flatMap(pathsOf) : [];
}

type ArgumentCondition = Extract<Condition, { kind: "argument" }>;

function holdsArgument({ names, is, saidBy }: ArgumentCondition, known: Known): boolean | "unknown" {
  const all = argumentsOf(known);
  if (all === undefined) return "unknown";
  const value = argumentValue(all, names);
  if (value !== undefined) return value === is;
  return saidBy === undefined || all[0] === saidBy ? false : "unknown";
}

function outcomesOf(conditions: readonly Condition[], known: Known): readonly (boolean | "unknown")[] {
  return conditions.map((condition) => holds(condition, known));
}
