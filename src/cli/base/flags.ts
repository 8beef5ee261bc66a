/** Reading flags: each bad value gets one message with the flag, the value and what to write instead. */
import { parseDuration } from "../../scenario-file/duration.ts";
import { nearest } from "../../scenario-file/nearest.ts";
import { UserError } from "./user-error.ts";

export type Flags = Readonly<Record<string, unknown>>;

/** A whole number from `least` to `most`; undefined: the flag was not given. */
export function wholeNumber(flags: Flags, name: string, least: number, most: number): number | undefined {
  const given = flags[camel(name)];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (typeof given === "string" && /^-?\d+$/u.test(given.trim()) && value >= least && value <= most)
    return value;
  throw new UserError({
    what: `${String(given)} is no whole number from ${least} to ${most}`,
    where: `--${name}`,
    remedy: `write it like --${name} ${Math.min(Math.max(1, least), most)}`,
  });
}

/** A duration such as `60s`, in milliseconds. */
export function durationMs(flags: Flags, name: string): number | undefined {
  const given = flags[camel(name)];
  if (given === undefined) return undefined;
  const value = parseDuration(String(given));
  if (value !== undefined && value > 0) return value;
  throw new UserError({
    what: `${String(given)} is no duration above zero`,
    where: `--${name}`,
    remedy: "write a number with its unit: 60s, 500ms, 2m",
  });
}

/** The given word if it is one of `names`. `listing`: the command that lists them; without it they are few, and named. */
export function oneOf(given: string, names: readonly string[], what: string, listing?: string): string {
  if (names.includes(given)) return given;
  const near = nearest(given, names);
  const all = listing === undefined ? `there is: ${names.join(", ")}` : `${listing} lists them all`;
  throw new UserError({
    what: `there is no ${what} named ${given}`,
    remedy: near.length > 0 ? `did you mean ${near.join(" or ")}? ${all}` : all,
  });
}

/** A flag's text; undefined: it was not given. */
export function textOf(flags: Flags, name: string): string | undefined {
  const given = flags[camel(name)];
  return typeof given === "string" ? given : undefined;
}

function camel(name: string): string {
  return name.replace(/-[a-z]/gu, (pair) => pair.slice(1).toUpperCase());
}
