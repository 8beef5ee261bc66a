/**
 * The single values of a scenario file. Each says in its own words what is wrong with another value; what comes after
 * the line break is the remedy.
 */
import { z } from "zod";
import { DURATION, DURATION_REMEDY, parseDuration, SIGNED_DURATION } from "./duration.ts";
import { suggest } from "./nearest.ts";
import { quote } from "../words/shown.ts";

/** Names of coordinators and roles, as they may stand in etcd's keys and in host names. */
export const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/u;

/** Largest rate of a clock that a run can bear: below, nothing would ever fall due. */
const SLOWEST_RATE = 0.01;
const FASTEST_RATE = 100;
const MOST_MESSAGES = 1000;

function noDuration(input: unknown): string {
  if (typeof input === "number") return `${input} has no unit\nwrite ${input}s for seconds, or ${input}ms`;
  if (typeof input === "string" && SIGNED_DURATION.test(input))
    return `${quote(input)} is negative\nwrite a duration from 0s on`;
  return `${quote(input)} is not a duration\n${DURATION_REMEDY}`;
}

/** A duration from 0 on. */
export function duration(meaning: string) {
  const error = ({ input }: { input?: unknown }) => noDuration(input);
  return z.string({ error }).regex(DURATION, { error }).describe(meaning);
}

/** A duration that is not zero. */
export function positive(meaning: string) {
  const error = ({ input }: { input?: unknown }) =>
    `${quote(input)} is not longer than 0s\ngive at least 1ms`;
  return duration(meaning).refine((text) => (parseDuration(text) ?? 1) > 0, { error });
}

/** A duration forward or back. */
export function signedDuration(meaning: string) {
  const error = ({ input }: { input?: unknown }) => noDuration(input);
  return z.string({ error }).regex(SIGNED_DURATION, { error }).describe(meaning);
}

/** A coordinator's name, a role, or another word. */
export function name(meaning: string) {
  const error = ({ input }: { input?: unknown }) =>
    `${quote(input)} is not a name\nuse letters, digits, dots, dashes and underscores, beginning with a letter`;
  return z.string({ error }).regex(NAME, { error }).describe(meaning);
}

/** One word of a list; another gets the nearest suggested. */
export function oneOf(what: string, words: readonly string[], meaning: string) {
  const error = ({ input }: { input?: unknown }) =>
    `${quote(input)} is not a known ${what}\n${suggest(typeof input === "string" ? input : "", words)}`;
  return z.enum(words as [string, ...string[]], { error }).describe(meaning);
}

export function flag(meaning: string) {
  return z
    .boolean({ error: ({ input }) => `${quote(input)} is neither true nor false\nwrite true or false` })
    .describe(meaning);
}

function numbered(meaning: string, least: number, most: number, wholeOnly: boolean) {
  const error = ({ input }: { input?: unknown }) =>
    `${quote(input)} is not a ${wholeOnly ? "whole number" : "number"} from ${least} to ${most}\nwrite such a number, without a unit`;
  const base = wholeOnly ? z.int({ error }) : z.number({ error });
  return base.min(least, { error }).max(most, { error }).describe(meaning);
}

/** From 1 on. */
export function count(meaning: string, most = MOST_MESSAGES) {
  return numbered(meaning, 1, most, true);
}

/** From 0 on. */
export function whole(meaning: string) {
  return numbered(meaning, 0, 1_000_000, true);
}

/** How fast a clock runs; 1 is true. */
export function rate(meaning: string) {
  return numbered(meaning, SLOWEST_RATE, FASTEST_RATE, false);
}
