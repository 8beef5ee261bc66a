/**
 * Reads a coordinator's settings. Flags win over the environment, the environment over the file, the file over the defaults;
 * within one of them, two spellings that disagree are refused.
 */
import { timingFor } from "../../models/timing.ts";
import { EtcdOptionError, readEndpoints } from "../kv/etcd/options.ts";
import { rulesFor, type Rule } from "./setting-rules.ts";
import type { Role, Said, Settings } from "./settings.ts";
import { normalised, type Found, type Source } from "./sources.ts";
import { StartError } from "./start-error.ts";

export type FlagValues = Readonly<Record<string, unknown>>;

/** Reads every setting; throws a {@link StartError} for the first that cannot be used. */
export function readSettings(role: Role, flags: FlagValues, environment: Source, file: Source): Settings {
  const rules = rulesFor(role);
  const read = <Value>({ expects, flag: name, names, otherwise, read: parse }: Rule<Value>): Said<Value> => {
    const given = name === undefined ? undefined : flags[name];
    const found =
      given === undefined
        ? (saidBy(environment, names) ?? saidBy(file, names))
        : { text: String(given), where: `--${kebab(name ?? "")}` };
    if (found === undefined) return { value: otherwise, source: "default" };
    const value = parse(found.text.trim());
    if (value !== undefined) return { value, source: found.where };
    throw new StartError("setting", `"${found.text}" cannot be used`, `it must be ${expects}`, found.where);
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
function saidBy(source: Source, groups: readonly (readonly string[])[]): Found | undefined {
  for (const names of groups) {
    const all = names.flatMap((name) => source.get(normalised(name)) ?? []);
    const [first, ...others] = all;
    if (first === undefined) continue;
    const other = others.find((one) => one.text !== first.text);
    if (other === undefined) return first;
    throw new StartError(
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
    throw new StartError(
      "setting",
      error.message,
      "etcd grants no lease below 2 s; 60s is the usual",
      ttlSeconds.source,
    );
  }
  if (auth.value && (user.value === "" || password.value === "")) {
    const missing = user.value === "" ? "no user name" : "no password";
    throw new StartError(
      "setting",
      `etcd authentication is on, but there is ${missing}`,
      "set etcd.auth.userName and ETCD_AUTH_PASSWORD (no flag: other users see a process's flags)",
      auth.source,
    );
  }
  if (tls.value && (tlsCert.value === "") !== (tlsKey.value === "")) {
    const given = tlsCert.value === "" ? tlsKey : tlsCert;
    throw new StartError(
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
    throw new StartError(
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
