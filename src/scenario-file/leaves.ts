/**
 * The single values of a scenario file. Each says in its own words what is wrong with another value; what comes after
 * the line break is the remedy.
 */
import { z } from "zod";
import { DURATION, DURATION_REMEDY, parseDuration, SIGNED_DURATION, writeDuration } from "./duration.ts";
import { LIMITS, type Range } from "./limits.ts";
import { suggest } from "./nearest.ts";
import { quote } from "../words/shown.ts";

/** Names of coordinators and roles, as they may stand in etcd's keys and in host names. */
export const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/u;

/** A value as it stood in the file: what JSON has no word for, in YAML's. */
export function asWritten(value: unknown): string {
  if (typeof value !== "number" || Number.isFinite(value)) return quote(value);
  return Number.isNaN(value) ? ".nan" : value < 0 ? "-.inf" : ".inf";
}

function noDuration(input: unknown): string {
  if (typeof input === "number" && Number.isFinite(input))
    return `${input} has no unit\nwrite ${input}s for seconds, or ${input}ms`;
  if (typeof input === "string" && SIGNED_DURATION.test(input))
    return `${quote(input)} is negative\nwrite a duration from 0s on`;
  return `${asWritten(input)} is not a duration\n${DURATION_REMEDY}`;
}

/** A duration within the limits of what it is for, from 0 on or forward and back. */
function limited(meaning: string, form: RegExp, { least, most }: Range) {
  const error = ({ input }: { input?: unknown }) => noDuration(input);
  const ms = (text: string) => parseDuration(text) ?? least;
  return z
    .string({ error })
    .regex(form, { error, abort: true })
    .refine((text) => ms(text) >= least, {
      error: ({ input }) =>
        ms(String(input)) > 0 || least < 0
          ? `${quote(input)} is shorter than ${writeDuration(least)}\ngive at least ${writeDuration(least)}`
          : `${quote(input)} is not longer than 0s\ngive at least 1ms`,
    })
    .refine((text) => ms(text) <= most, {
      error: ({ input }) =>
        `${quote(input)} is longer than ${writeDuration(most)}\ngive at most ${writeDuration(most)}`,
    })
    .describe(meaning);
}

/** A duration from 0 on. */
export function duration(meaning: string) {
  return limited(meaning, DURATION, LIMITS.delay);
}

/** How long something lasts. */
export function lasting(meaning: string) {
  return limited(meaning, DURATION, LIMITS.span);
}

/** How long until something comes again. */
export function pause(meaning: string) {
  return limited(meaning, DURATION, LIMITS.pause);
}

/** A duration forward or back. */
export function signedDuration(meaning: string) {
  return limited(meaning, SIGNED_DURATION, LIMITS.shift);
}

/** A coordinator's name, a role, or another word. */
export function name(meaning: string) {
  const error = ({ input }: { input?: unknown }) =>
    `${asWritten(input)} is not a name\nuse letters, digits, dots, dashes and underscores, beginning with a letter`;
  return z.string({ error }).regex(NAME, { error }).describe(meaning);
}

/** One word of a list; another gets the nearest suggested. */
export function oneOf(what: string, words: readonly string[], meaning: string) {
  const error = ({ input }: { input?: unknown }) =>
    `${asWritten(input)} is not a known ${what}\n${suggest(typeof input === "string" ? input : "", words)}`;
  return z.enum(words as [string, ...string[]], { error }).describe(meaning);
}

export function flag(meaning: string) {
  return z
    .boolean({ error: ({ input }) => `${asWritten(input)} is neither true nor false\nwrite true or false` })
    .describe(meaning);
}

function numbered(meaning: string, { least, most, whole: wholeOnly }: Range) {
  const error = ({ input }: { input?: unknown }) =>
    `${asWritten(input)} is not a ${wholeOnly === true ? "whole number" : "number"} from ${least} to ${most}\nwrite such a number, without a unit`;
  const base = wholeOnly === true ? z.int({ error }) : z.number({ error });
  return base.min(least, { error }).max(most, { error }).describe(meaning);
}

/** From 1 on. */
export function count(meaning: string, range: Range = LIMITS.count) {
  return numbered(meaning, range);
}

/** One of etcd's members. */
export function member(meaning: string) {
  const { least, most } = LIMITS.members;
  const error = ({ input }: { input?: unknown }) =>
    `${asWritten(input)} is not a member of etcd\nwrite its number, from ${least} to ${most}, or leader`;
  return z
    .union([z.literal("leader"), z.int({ error }).min(least, { error }).max(most, { error })], { error })
    .describe(meaning);
}

/** From 0 on. */
export function whole(meaning: string) {
  return numbered(meaning, LIMITS.whole);
}

/** How wrong a clock may be, as a part of its rate. */
export function tolerance(meaning: string) {
  return numbered(meaning, LIMITS.tolerance);
}

/** How fast a clock runs; 1 is true. */
export function rate(meaning: string, range: Range = LIMITS.rate) {
  return numbered(meaning, range);
}
