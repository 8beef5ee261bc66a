/** Milvus' configuration keys that matter to a coordinator: what each is called and what it may hold (`configs/milvus.yaml`). */
import { MOST_TRIES } from "../../models/election-vocabulary.ts";
import { ETCD_MINIMUM_TTL_SECONDS, MAXIMUM_TTL_SECONDS } from "../../models/timing.ts";
import { withoutSecrets } from "../words/shown.ts";
import type { LogLevel } from "./log-format.ts";
import { MILVUS_ROLES, type MilvusRoleName } from "./roles.ts";

export interface ConfigKey<Value> {
  /** In order: the first that is set decides. */
  readonly names: readonly {
    readonly name: string;
    /** Another name for it in Milvus' documentation, which Milvus' code ignores; understood here. */
    readonly documented?: string;
  }[];
  /** Undefined: the text is not a value of it. */
  readonly read: (text: string) => Value | undefined;
  /** What it may hold, after "must be": `true or false`. */
  readonly expects: string;
  /** What to do about another text, where that needs saying. */
  readonly remedy?: string;
  /** How a text of it may be shown, where it may hold a secret. */
  readonly show?: (text: string) => string;
  /** Its environment variable has a name that other programs use for something of theirs. */
  readonly common?: true;
}

const text = (given: string): string => given;
const count = (least: number, most: number) => (given: string) =>
  /^\d{1,9}$/u.test(given) && Number(given) >= least && Number(given) <= most ? Number(given) : undefined;

/** As Go's strconv.ParseBool, which Milvus uses, in any case. */
function truth(given: string): boolean | undefined {
  const word = given.toLowerCase();
  if (word === "true" || word === "t" || word === "1") return true;
  return word === "false" || word === "f" || word === "0" ? false : undefined;
}

function addresses(given: string): readonly string[] | undefined {
  const found = given.split(",").map((one) => one.trim());
  return found.includes("") ? undefined : found;
}

/** A path that Go's `path.Join`, which Milvus puts it through, leaves as it is, in characters that are what was typed. */
function keyPath(given: string): string | undefined {
  const parts = given.split("/");
  return parts.some((part) => part === "" || part === "." || part === "..") ||
    /[\p{Cc}\p{Cs}\ufffd]/u.test(given)
    ? undefined
    : given;
}

function oneWord<Word extends string>(words: readonly Word[]): (given: string) => Word | undefined {
  return (given) => words.find((word) => word.toLowerCase() === given.toLowerCase());
}

/** zap's names, which Milvus takes; what is above an error is written as one. */
function level(given: string): LogLevel | undefined {
  const word = given.toUpperCase();
  return word === "DPANIC" || word === "PANIC" || word === "FATAL" ? "ERROR" : oneWord(LOG_LEVELS)(given);
}

const named = (name: string) => [{ name }];
export const TRUTH = { read: truth, expects: "true or false" } as const;
const TEXT = { read: text, expects: "a text" } as const;
export const SECRET = { show: () => "***" } as const;
/** etcdctl's `user:password` would show the password to everybody who may see the user. */
const USER = {
  read: (given: string) => (given.includes(":") ? undefined : given),
  expects: "a user name without a colon",
  remedy: "the password comes from ETCD_AUTH_PASSWORD or the file",
  show: (given: string) => given.replace(/:.*$/su, ":***"),
} as const;
const PATH = {
  read: keyPath,
  expects: "a path without / at either end",
  remedy: "its parts stand between single slashes, are not . or .., and have no control characters",
} as const;
export const LOG_FORMATS = ["text", "json"] as const;
const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const satisfies readonly LogLevel[];

/** Seconds. etcd grants no less than 2. */
export const SESSION_TTL: ConfigKey<number> = {
  names: named("common.session.ttl"),
  read: count(ETCD_MINIMUM_TTL_SECONDS, MAXIMUM_TTL_SECONDS),
  expects: `a whole number of seconds from ${ETCD_MINIMUM_TTL_SECONDS} to ${MAXIMUM_TTL_SECONDS}`,
  remedy: "Milvus reads whole seconds without a unit, and etcd grants no lease below 2 s: write 60",
};
export const SESSION_RETRY_TIMES: ConfigKey<number> = {
  names: named("common.session.retryTimes"),
  read: count(1, MOST_TRIES),
  expects: `a whole number from 1 to ${MOST_TRIES}`,
};
export const ETCD_ENDPOINTS: ConfigKey<readonly string[]> = {
  names: named("etcd.endpoints"),
  read: addresses,
  expects: "a list of addresses of etcd members, separated by commas",
  show: withoutSecrets,
};
export const ETCD_ROOT_PATH: ConfigKey<string> = { names: named("etcd.rootPath"), ...PATH };
export const ETCD_META_SUB_PATH: ConfigKey<string> = { names: named("etcd.metaSubPath"), ...PATH };
export const ETCD_TLS: ConfigKey<boolean> = { names: named("etcd.ssl.enabled"), ...TRUTH };
export const ETCD_CA: ConfigKey<string> = { names: named("etcd.ssl.tlsCACert"), ...TEXT };
export const ETCD_CERT: ConfigKey<string> = { names: named("etcd.ssl.tlsCert"), ...TEXT };
export const ETCD_KEY: ConfigKey<string> = { names: named("etcd.ssl.tlsKey"), ...TEXT };
export const ETCD_AUTH: ConfigKey<boolean> = { names: named("etcd.auth.enabled"), ...TRUTH };
export const ETCD_USER: ConfigKey<string> = { names: named("etcd.auth.userName"), ...USER };
export const ETCD_PASSWORD: ConfigKey<string> = { names: named("etcd.auth.password"), ...TEXT, ...SECRET };
export const LOG_FORMAT: ConfigKey<(typeof LOG_FORMATS)[number]> = {
  names: named("log.format"),
  read: oneWord(LOG_FORMATS),
  expects: "text or json",
  common: true,
};
export const LOG_LEVEL: ConfigKey<LogLevel> = {
  names: named("log.level"),
  read: level,
  expects: "debug, info, warn or error",
  common: true,
};

/** Milvus 2.6: the mixed coordinator reads the root coordinator's section where its own says nothing. */
function sectionsOf(role: MilvusRoleName): readonly string[] {
  const { section } = MILVUS_ROLES[role];
  return role === "mixcoord" ? [section, MILVUS_ROLES.rootcoord.section] : [section];
}

/** Whether a coordinator of this role stands by while another is active. */
export function activeStandbyKey(role: MilvusRoleName): ConfigKey<boolean> {
  const names = sectionsOf(role).map((section) => ({
    name: `${section}.enableActiveStandby`,
    documented: `${section}.activeStandby.enabled`,
  }));
  return { names, ...TRUTH };
}

export function addressKey(role: MilvusRoleName): ConfigKey<string> {
  return { names: sectionsOf(role).map((section) => ({ name: `${section}.address` })), ...TEXT };
}

export function portKey(role: MilvusRoleName): ConfigKey<number> {
  const names = sectionsOf(role).map((section) => ({ name: `${section}.port` }));
  return { names, read: count(0, 65_535), expects: "a port, 0 to 65535" };
}

/** The environment's spelling of a name: `ROOT_COORD_ENABLE_ACTIVE_STANDBY`. */
export function environmentName(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/gu, "$1_$2")
    .replaceAll(".", "_")
    .toUpperCase();
}
