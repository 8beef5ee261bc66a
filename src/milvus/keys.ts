/** Milvus' configuration keys that matter to a coordinator: what each is called and what it may hold (`configs/milvus.yaml`). */
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

/** A path without `/` at its ends. */
function keyPath(given: string): string | undefined {
  return /^[^/].*[^/]$|^[^/]$/u.test(given) ? given : undefined;
}

function oneWord<Word extends string>(words: readonly Word[]): (given: string) => Word | undefined {
  return (given) => words.find((word) => word.toLowerCase() === given.toLowerCase());
}

const named = (name: string) => [{ name }];
const TRUTH = { read: truth, expects: "true or false" } as const;
const TEXT = { read: text, expects: "a text" } as const;
const PATH = { read: keyPath, expects: "a path without / at either end" } as const;
export const LOG_FORMATS = ["text", "json"] as const;
const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const satisfies readonly LogLevel[];

/** Seconds. etcd grants no less than 2. */
export const SESSION_TTL: ConfigKey<number> = {
  names: named("common.session.ttl"),
  read: count(2, 999_999_999),
  expects: "a whole number of seconds, at least 2",
  remedy: "Milvus reads whole seconds without a unit, and etcd grants no lease below 2 s: write 60",
};
export const SESSION_RETRY_TIMES: ConfigKey<number> = {
  names: named("common.session.retryTimes"),
  read: count(1, 999_999),
  expects: "a whole number from 1 to 999999",
};
export const ETCD_ENDPOINTS: ConfigKey<readonly string[]> = {
  names: named("etcd.endpoints"),
  read: addresses,
  expects: "a list of addresses of etcd members, separated by commas",
};
export const ETCD_ROOT_PATH: ConfigKey<string> = { names: named("etcd.rootPath"), ...PATH };
export const ETCD_META_SUB_PATH: ConfigKey<string> = { names: named("etcd.metaSubPath"), ...PATH };
export const ETCD_TLS: ConfigKey<boolean> = { names: named("etcd.ssl.enabled"), ...TRUTH };
export const ETCD_CA: ConfigKey<string> = { names: named("etcd.ssl.tlsCACert"), ...TEXT };
export const ETCD_CERT: ConfigKey<string> = { names: named("etcd.ssl.tlsCert"), ...TEXT };
export const ETCD_KEY: ConfigKey<string> = { names: named("etcd.ssl.tlsKey"), ...TEXT };
export const ETCD_AUTH: ConfigKey<boolean> = { names: named("etcd.auth.enabled"), ...TRUTH };
export const ETCD_USER: ConfigKey<string> = { names: named("etcd.auth.userName"), ...TEXT };
export const ETCD_PASSWORD: ConfigKey<string> = { names: named("etcd.auth.password"), ...TEXT };
export const LOG_FORMAT: ConfigKey<(typeof LOG_FORMATS)[number]> = {
  names: named("log.format"),
  read: oneWord(LOG_FORMATS),
  expects: "text or json",
};
export const LOG_LEVEL: ConfigKey<LogLevel> = {
  names: named("log.level"),
  read: oneWord(LOG_LEVELS),
  expects: "debug, info, warn or error",
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
