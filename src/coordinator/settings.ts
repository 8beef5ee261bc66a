/**
 * The settings of a coordinator, each with where it was said. Flags win over the environment, the environment over the
 * file, the file over the defaults; within one of them, two spellings that disagree are refused.
 */
import { RETRY_TIMES } from "../../models/coordinator.ts";
import { timingFor } from "../../models/timing.ts";
import { EtcdOptionError, readEndpoints } from "../kv/etcd/options.ts";
import { parseDuration } from "../scenario-file/duration.ts";
import type { LogLevel } from "./log-format.ts";
import { normalised, type Found, type Source } from "./sources.ts";
import { Trouble } from "./trouble.ts";

/** Milvus' coordinators: the section of `milvus.yaml` that speaks of each, and its port there. */
export const ROLES = {
  rootcoord: { section: "rootCoord", port: 53100 },
  querycoord: { section: "queryCoord", port: 19531 },
  datacoord: { section: "dataCoord", port: 13333 },
  indexcoord: { section: "indexCoord", port: 31000 },
  mixcoord: { section: "mixCoord", port: 53100 },
} as const;

export type Role = keyof typeof ROLES;

export interface Said<Value> {
  readonly value: Value;
  readonly source: string;
}

export interface Settings {
  readonly role: Said<Role>;
  readonly activeStandby: Said<boolean>;
  readonly afterLoss: Said<"exit" | "stand-by">;
  readonly ttlSeconds: Said<number>;
  readonly retryTimes: Said<number>;
  readonly host: Said<string>;
  readonly port: Said<number>;
  readonly endpoints: Said<readonly string[]>;
  readonly rootPath: Said<string>;
  readonly metaSubPath: Said<string>;
  readonly tls: Said<boolean>;
  readonly tlsCa: Said<string>;
  readonly tlsCert: Said<string>;
  readonly tlsKey: Said<string>;
  readonly auth: Said<boolean>;
  readonly user: Said<string>;
  readonly password: Said<string>;
  readonly logFormat: Said<"text" | "json">;
  readonly logLevel: Said<LogLevel>;
}

export type SettingName = keyof Settings;

interface Rule<Value> {
  readonly flag?: string;
  /** Names in `milvus.yaml` and, normalised, in the environment. Names of one group mean the same; later groups are asked if earlier ones say nothing. */
  readonly names: readonly (readonly string[])[];
  readonly otherwise: Value;
  readonly read: (text: string) => Value | undefined;
  readonly expects: string;
}

type Rules = { readonly [Name in Exclude<SettingName, "role">]: Rule<Settings[Name]["value"]> };

const text = (given: string): string => given;
const path = (given: string): string | undefined => (/^[^/].*[^/]$|^[^/]$/u.test(given) ? given : undefined);
const flag = (given: string): boolean | undefined =>
  given.toLowerCase() === "true" ? true : given.toLowerCase() === "false" ? false : undefined;
const port = (given: string): number | undefined =>
  /^\d{1,5}$/u.test(given) && Number(given) < 65_536 ? Number(given) : undefined;
const among =
  <Word extends string>(...words: readonly Word[]) =>
  (given: string): Word | undefined =>
    words.find((word) => word === given.toLowerCase());
const seconds = (given: string): number | undefined => {
  const count = /^\d+$/u.test(given) ? Number(given) : (parseDuration(given) ?? Number.NaN) / 1000;
  return Number.isInteger(count) && count > 0 ? count : undefined;
};
const times = (given: string): number | undefined =>
  /^[1-9]\d{0,5}$/u.test(given) ? Number(given) : undefined;
const addresses = (given: string): readonly string[] | undefined => {
  const found = given.split(",").map((one) => one.trim());
  return found.includes("") ? undefined : found;
};
const loopback = (given: string): string | undefined =>
  given === "localhost" || given === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(given) ? given : undefined;
const level = (given: string): LogLevel | undefined =>
  (["DEBUG", "INFO", "WARN", "ERROR"] as const).find((one) => one === given.toUpperCase());

const WORD = "a word";
const PATH = "a path without / at its ends";
const BOOLEAN = "true or false";

function rulesFor(role: Role): Rules {
  // Milvus 2.6: the one coordinator reads the root coordinator's section where it has none of its own.
  const sections = [...new Set([ROLES[role].section, ...(role === "mixcoord" ? ["rootCoord"] : [])])];
  const own = (...names: string[]) => sections.map((section) => names.map((name) => `${section}.${name}`));
  const shared = (name: string) => [[name]];
  return {
    // The documentation's spelling and the code's.
    activeStandby: {
      flag: "activeStandby",
      names: own("enableActiveStandby", "activeStandby.enabled"),
      otherwise: false,
      read: flag,
      expects: BOOLEAN,
    },
    afterLoss: {
      flag: "afterLoss",
      names: shared("leasehold.afterLoss"),
      otherwise: "exit",
      read: among("exit", "stand-by"),
      expects: "exit or stand-by",
    },
    ttlSeconds: {
      flag: "ttl",
      names: shared("common.session.ttl"),
      otherwise: 60,
      read: seconds,
      expects: "whole seconds, such as 60s",
    },
    retryTimes: {
      names: shared("common.session.retryTimes"),
      otherwise: RETRY_TIMES,
      read: times,
      expects: "how often to try, 1 or more",
    },
    host: {
      flag: "host",
      names: own("address"),
      otherwise: "127.0.0.1",
      read: loopback,
      expects: "an address of this machine's loopback, for the catalogue asks nobody who they are",
    },
    port: {
      flag: "port",
      names: own("port"),
      otherwise: ROLES[role].port,
      read: port,
      expects: "a port, 0 to 65535",
    },
    endpoints: {
      flag: "etcd",
      names: shared("etcd.endpoints"),
      otherwise: ["localhost:2379"],
      read: addresses,
      expects: "addresses of etcd members, separated by commas",
    },
    rootPath: {
      flag: "rootPath",
      names: shared("etcd.rootPath"),
      otherwise: "by-dev",
      read: path,
      expects: PATH,
    },
    metaSubPath: {
      flag: "metaSubPath",
      names: shared("etcd.metaSubPath"),
      otherwise: "meta",
      read: path,
      expects: PATH,
    },
    tls: { names: shared("etcd.ssl.enabled"), otherwise: false, read: flag, expects: BOOLEAN },
    tlsCa: {
      flag: "etcdCa",
      names: shared("etcd.ssl.tlsCACert"),
      otherwise: "",
      read: text,
      expects: "a file",
    },
    tlsCert: {
      flag: "etcdCert",
      names: shared("etcd.ssl.tlsCert"),
      otherwise: "",
      read: text,
      expects: "a file",
    },
    tlsKey: {
      flag: "etcdKey",
      names: shared("etcd.ssl.tlsKey"),
      otherwise: "",
      read: text,
      expects: "a file",
    },
    auth: { names: shared("etcd.auth.enabled"), otherwise: false, read: flag, expects: BOOLEAN },
    user: { flag: "etcdUser", names: shared("etcd.auth.userName"), otherwise: "", read: text, expects: WORD },
    password: { names: shared("etcd.auth.password"), otherwise: "", read: text, expects: WORD },
    logFormat: {
      flag: "logFormat",
      names: shared("log.format"),
      otherwise: "text",
      read: among("text", "json"),
      expects: "text or json",
    },
    logLevel: {
      flag: "logLevel",
      names: shared("log.level"),
      otherwise: "DEBUG",
      read: level,
      expects: "debug, info, warn or error",
    },
  };
}

export type FlagValues = Readonly<Record<string, unknown>>;

/** Reads every setting; throws a {@link Trouble} for the first that cannot be used. */
export function readSettings(role: Role, flags: FlagValues, environment: Source, file: Source): Settings {
  const rules = rulesFor(role);
  const read = <Value>({ expects, flag: name, names, otherwise, read: parse }: Rule<Value>): Said<Value> => {
    const given = name === undefined ? undefined : flags[name];
    const found =
      given === undefined
        ? (among1(environment, names) ?? among1(file, names))
        : { text: String(given), where: `--${kebab(name ?? "")}` };
    if (found === undefined) return { value: otherwise, source: "default" };
    const value = parse(found.text.trim());
    if (value !== undefined) return { value, source: found.where };
    throw new Trouble("setting", `"${found.text}" cannot be used`, `it must be ${expects}`, found.where);
  };
  const settings: Settings = {
    role: { value: role, source: "argument" },
    activeStandby: read(rules.activeStandby),
    afterLoss: read(rules.afterLoss),
    ttlSeconds: read(rules.ttlSeconds),
    retryTimes: read(rules.retryTimes),
    host: read(rules.host),
    port: read(rules.port),
    endpoints: read(rules.endpoints),
    rootPath: read(rules.rootPath),
    metaSubPath: read(rules.metaSubPath),
    tls: read(rules.tls),
    tlsCa: read(rules.tlsCa),
    tlsCert: read(rules.tlsCert),
    tlsKey: read(rules.tlsKey),
    auth: read(rules.auth),
    user: read(rules.user),
    password: read(rules.password),
    logFormat: read(rules.logFormat),
    logLevel: read(rules.logLevel),
  };
  return checked(withImplied(settings));
}

/** What one source says under these names. */
function among1(source: Source, groups: readonly (readonly string[])[]): Found | undefined {
  for (const names of groups) {
    const all = names.flatMap((name) => source.get(normalised(name)) ?? []);
    const [first, ...others] = all;
    if (first === undefined) continue;
    const other = others.find((one) => one.text !== first.text);
    if (other === undefined) return first;
    throw new Trouble(
      "setting",
      `says ${first.text}, but ${other.where} says ${other.text} about the same setting`,
      "keep one of the two",
      first.where,
    );
  }
  return undefined;
}

/** A certificate or an https endpoint given by hand asks for TLS, a user for a password. */
function withImplied(settings: Settings): Settings {
  const { auth, endpoints, tls, tlsCa, tlsCert, user } = settings;
  const asking = [tlsCa, tlsCert].find(({ source }) => source.startsWith("--"));
  const https = endpoints.value.some((one) => one.startsWith("https://"));
  return {
    ...settings,
    tls:
      asking !== undefined
        ? { value: true, source: asking.source }
        : https
          ? { value: true, source: endpoints.source }
          : tls,
    auth: user.source.startsWith("--") ? { value: true, source: user.source } : auth,
  };
}

function checked(settings: Settings): Settings {
  const { auth, endpoints, password, tls, tlsCert, tlsKey, ttlSeconds, user } = settings;
  try {
    timingFor(ttlSeconds.value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Trouble(
      "setting",
      error.message,
      "etcd grants no lease below 2 s; 60s is the usual",
      ttlSeconds.source,
    );
  }
  if (auth.value && (user.value === "" || password.value === "")) {
    const missing = user.value === "" ? "no user name" : "no password";
    throw new Trouble(
      "setting",
      `etcd authentication is on, but there is ${missing}`,
      "set etcd.auth.userName and ETCD_AUTH_PASSWORD (no flag: other users see a process's flags)",
      auth.source,
    );
  }
  if (tls.value && (tlsCert.value === "") !== (tlsKey.value === "")) {
    const given = tlsCert.value === "" ? tlsKey : tlsCert;
    throw new Trouble(
      "setting",
      "a client certificate and its key go together",
      "give both --etcd-cert and --etcd-key",
      given.source,
    );
  }
  try {
    readEndpoints({ endpoints: endpoints.value, ...(tls.value ? { tls: {} } : {}) });
  } catch (error) {
    if (!(error instanceof EtcdOptionError)) throw error;
    const at = error.option === "tls" && tls.source !== "default" ? tls.source : endpoints.source;
    throw new Trouble(
      "setting",
      error.message,
      "write every endpoint as host:port, or all with http:// or all with https://",
      at,
    );
  }
  return settings;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
