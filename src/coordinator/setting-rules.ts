/** Of each setting: where it may be said, what it may say, and what it is if nobody says anything. */
import { RETRY_TIMES } from "../../models/election.ts";
import { parseDuration } from "../scenario-file/duration.ts";
import type { LogLevel } from "./log-format.ts";
import { ROLES, type Role, type SettingName, type Settings } from "./settings.ts";

export interface Rule<Value> {
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

export function rulesFor(role: Role): Rules {
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
