/**
 * Values of flags: parsers for Commander that refuse with what to write instead. The first line of a refusal says what is
 * wrong and stands behind Commander's own `option '--x <y>' argument 'z' is invalid.`; the second, if any, what to do.
 */
import { InvalidArgumentError, type Command, type Option } from "commander";
import type { ConfigKey } from "../../milvus/keys.ts";
import { ETCD_MINIMUM_TTL_SECONDS, MAXIMUM_TTL_SECONDS } from "../../../models/timing.ts";
import { isVersion, type EtcdVersion } from "../../../models/etcd/release.ts";
import { DURATION_REMEDY, parseDuration, writeDuration } from "../../scenario-file/duration.ts";
import { LIMITS } from "../../scenario-file/limits.ts";
import { listed, nearest } from "../../scenario-file/nearest.ts";
import type { NetworkSetup } from "../../simulation/scenario.ts";
import { quote } from "../../words/shown.ts";
import { UserError } from "./user-error.ts";

/** Turns a flag's text into its value. */
export type Parser<Value> = (text: string) => Value;

/** Throws Commander's error for a bad value. */
export function refuse(what: string, remedy?: string): never {
  throw new InvalidArgumentError(remedy === undefined ? what : `${what}\n${remedy}`);
}

/**
 * Each of these flags says by itself what the command does: it refuses every other flag but those that it takes beside it, so that
 * none is passed over in silence. Flags by the names of their values, such as `timeLimit`.
 */
export function eachAlone(command: Command, taking: Readonly<Record<string, readonly string[]>>): void {
  const all = command.options.map((option) => option.attributeName());
  for (const option of command.options) {
    const own = option.attributeName();
    const beside = taking[own];
    if (beside !== undefined) option.conflicts(all.filter((name) => name !== own && !beside.includes(name)));
  }
}

/** Refuses a flag beside its opposite, `--x` beside `--no-x`: the parser would take the last, in silence. */
export function refuseOpposites(command: Command): void {
  for (const denied of command.options.filter(({ negate }) => negate)) {
    const both = command.options.filter((one) => one.attributeName() === denied.attributeName());
    const given = new Set<string>();
    for (const one of both)
      command.on(`option:${one.name()}`, () => {
        given.add(`'--${one.name()}'`);
        if (given.size > 1)
          command.error(`error: option ${[...given].join(" says the opposite of ")}\ngive one of them`);
      });
  }
}

/** Whether the flag may be given several times: its parser takes what was before. */
export function takesSeveral({ parseArg }: Option): boolean {
  return parseArg !== undefined && parseArg.length > 1;
}

/** Refuses a flag that takes one value and is given several: the parser would take the last, in silence. */
export function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (!(option.required || option.optional) || takesSeveral(option)) continue;
    let times = 0;
    command.on(`option:${option.name()}`, () => {
      times++;
      if (times > 1) command.error(`error: option '${option.flags}' is given twice\ngive it once`);
    });
  }
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/u.test(text.trim()) && value >= least && value <= most) return value;
    return refuse(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** One of few names; after Commander's `choices`, which lists them in the help but suggests none. */
export function choice<Name extends string>(names: readonly Name[]): Parser<Name> {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const near = nearest(text, names);
    return refuse(
      `Allowed choices are ${names.join(", ")}.`,
      near.length === 0 ? undefined : `did you mean ${listed(near, "or")}?`,
    );
  };
}

/** Port numbers; 0: any that is free. */
export const port = wholeNumber(0, 65_535);

/** A seed as fast-check takes it. */
export const SEED = { least: -(2 ** 31), most: 2 ** 31 - 1 } as const;
export const seed = wholeNumber(SEED.least, SEED.most);

/** A file or a folder. */
export function somePath(text: string): string {
  return text === "" ? refuse("It must be a path.") : text;
}

/** A duration such as `60s`, in milliseconds; not below zero. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 0) return ms;
  return refuse("It must be a duration.", DURATION_REMEDY);
}

/** A duration that is longer than nothing, in milliseconds. */
export function positiveDuration(text: string): number {
  const ms = duration(text);
  return ms > 0 ? ms : refuse("It must be longer than 0s.");
}

/** The same in seconds. */
export function inSeconds(text: string): number {
  return positiveDuration(text) / 1000;
}

const BYTES = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 } as const;

/** A recording smaller than the least would be all beginnings. */
const SIZES = { least: BYTES.kb, most: 1000 * BYTES.gb } as const;

/** A size such as `64MB`, in bytes. */
export function fileSize(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?) ?(b|kb|mb|gb)$/u.exec(text.trim().toLowerCase()) ?? [];
  if (unit === undefined) refuse("It must be a size.", "write a number of B, kB, MB or GB, such as 64MB");
  const bytes = Math.round(Number(count) * BYTES[unit as keyof typeof BYTES]);
  if (bytes < SIZES.least || bytes > SIZES.most) refuse("It must be from 1kB to 1000GB.");
  return bytes;
}

/** A lease's TTL such as `60s`, in seconds: whole ones, from etcd's minimum to `mostSeconds`. */
export function ttl(mostSeconds = MAXIMUM_TTL_SECONDS): Parser<number> {
  return (text) => {
    const seconds = duration(text) / 1000;
    const minimum = ETCD_MINIMUM_TTL_SECONDS;
    if (seconds < minimum)
      refuse(
        `TTL ${seconds} s is below etcd's minimum of ${minimum} s.`,
        `etcd would silently grant ${minimum} s: write --ttl ${minimum}s`,
      );
    if (!Number.isInteger(seconds))
      refuse("It must be whole seconds.", "etcd counts leases in seconds: write --ttl 60s");
    if (seconds > mostSeconds) refuse(`It must be at most ${mostSeconds} s.`);
    return seconds;
  };
}

/** The same, where a bare number counts as seconds: Milvus' own keys have no unit. */
export function ttlOrSeconds(text: string): number {
  return ttl()(/^\d+$/u.test(text) ? `${text}s` : text);
}

/** A version of etcd that is simulated. */
export function etcdVersion(text: string): EtcdVersion {
  return isVersion(text)
    ? text
    : refuse(
        "It must be a version of etcd that is simulated.",
        "write one of 3.4, 3.5 or 3.6, such as 3.4.23",
      );
}

const WAYS = ["delay", "slow", "late", "streamTimeout"] as const;

/** The way to etcd: `15ms`, or `delay=15ms,late=1s`, by the names that a scenario file has. */
export function network(text: string): Partial<NetworkSetup> {
  const entries = text.split(",").map((part) => (part.includes("=") ? part : `delay=${part}`));
  const found: Record<string, number> = {};
  for (const entry of entries) {
    const [way = "", value = ""] = entry.split("=").map((word) => word.trim());
    const ms = duration(value);
    if (!(WAYS as readonly string[]).includes(way))
      refuse(
        `It says ${quote(way)}, which is no delay.`,
        `write ${WAYS.join(", ")}, such as delay=15ms,late=1s`,
      );
    if (`${way}Ms` in found) refuse(`It says ${way} twice.`);
    if (ms > LIMITS.delay.most || (way === "streamTimeout" && ms < LIMITS.pause.least))
      refuse(
        `${writeDuration(ms)} is no ${way} that can be simulated.`,
        "give a shorter one, and at least 1ms for streamTimeout",
      );
    found[`${way}Ms`] = ms;
  }
  return found;
}

/** The path to one generated case, as a failure's command names it; `:` between its parts. */
export function casePath(example: string, pattern: RegExp): Parser<string> {
  return (text) =>
    pattern.test(text)
      ? text
      : refuse(
          "It must be the path of a case.",
          `copy it from the command that was printed, such as ${example}`,
        );
}

/** The flag that sets a key takes what the key takes. */
export function asKey<Value>({ expects, read, remedy }: Omit<ConfigKey<Value>, "names">): Parser<Value> {
  return (text) => read(text.trim()) ?? refuse(`It must be ${expects}.`, remedy);
}

/** The same where the parser's own words, which quote the argument, would tell a secret. */
export function asSecretKey<Value>(flag: string, key: ConfigKey<Value>): Parser<Value> {
  const { expects, read, remedy = "see leasehold run --help", show } = key;
  return (text) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    throw new UserError({ where: flag, what: `it must be ${expects}, not ${quote(show?.(text))}`, remedy });
  };
}
