/**
 * Reads a coordinator's settings. Flags win over the environment, the environment over the file, the file over the defaults;
 * within one of them, two spellings that disagree are refused.
 */
import { MAXIMUM_TTL_SECONDS, timingFor, withActivationLimit } from "../../models/timing.ts";
import { EtcdOptionError, readEndpoints } from "../kv/etcd/options.ts";
import { explain, ignoredByMilvus, lookUp } from "../milvus/config.ts";
import type { MilvusRoleName } from "../milvus/roles.ts";
import { isLoopback, readHost } from "./addresses.ts";
import { rulesFor, type Rule } from "./setting-rules.ts";
import type { SourcedSetting, SettingFlags, Settings } from "./settings.ts";
import type { Source } from "./sources.ts";
import { StartError } from "./start-error.ts";

/** To listen there is to listen on every address. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export interface SettingsReading {
  readonly settings: Settings;
  /** Keys that are understood here and ignored by Milvus: where, what, and what to write instead. */
  readonly warnings: readonly { readonly where: string; readonly what: string; readonly remedy: string }[];
}

export interface SettingSources {
  readonly environment: Source;
  readonly file: Source;
  /** This machine's own name: what others are told where it listens on all its addresses. Undefined: nothing is to listen. */
  readonly hostName: string | undefined;
}

/** Reads every setting; throws a {@link StartError} for the first that cannot be used. */
export function readSettings(
  role: MilvusRoleName,
  flags: SettingFlags,
  sources: SettingSources,
): SettingsReading {
  const rules = rulesFor(role);
  const warnings: SettingsReading["warnings"][number][] = [];
  const read = <Value>({ flag, key, otherwise }: Rule<Value>): SourcedSetting<Value> => {
    const given = flag === undefined ? undefined : flags[flag];
    if (flag !== undefined && given !== undefined) return { value: given as Value, source: flagName(flag) };
    for (const source of [sources.environment, sources.file]) {
      const { config, whereOf } = source;
      const found = lookUp(config, key);
      if (found.type === "absent") continue;
      const where = whereOf(found.entry);
      if (found.type !== "found") {
        const { remedy, what } = explain(found, key, whereOf);
        if (key.common !== true || source !== sources.environment)
          throw new StartError("setting", what, remedy, where);
        warnings.push({ where, what: `ignored, for it may be another program's: ${what}`, remedy });
        continue;
      }
      const { entry, readBy, value } = found;
      if (readBy !== undefined) warnings.push({ where, ...ignoredByMilvus({ entry, readBy }) });
      return { value, source: where };
    }
    return { value: otherwise, source: "default" };
  };
  const settings: Settings = {
    role: { value: role, source: "argument" },
    activeStandby: read(rules.activeStandby),
    afterLoss: read(rules.afterLoss),
    ttlSeconds: read(rules.ttlSeconds),
    retryTimes: read(rules.retryTimes),
    activationLimitSeconds: read(rules.activationLimitSeconds),
    selfCheckSeconds: read(rules.selfCheckSeconds),
    host: read(rules.host),
    listen: read(rules.listen),
    port: read(rules.port),
    adminAddress: read(rules.adminAddress),
    catalogue: read(rules.catalogue),
    token: read(rules.token),
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
  const { hostName } = sources;
  const placed = hostName === undefined ? settings : checkedPlaces(withPlaces(settings, hostName));
  return { settings: checked(withImplied(placed)), warnings };
}

/** Where it listens and what others are told follow from each other, where only one is said. */
function withPlaces(settings: Settings, hostName: string): Settings {
  const { host, listen } = settings;
  if (listen.value === "") return { ...settings, listen: host };
  if (host.source !== "default") return settings;
  const told = WILDCARDS.has(listen.value) ? (readHost(hostName) ?? "localhost") : listen.value;
  return { ...settings, host: { value: told, source: listen.source } };
}

/** Throws a {@link StartError} where the self-check would be quicker than the lease. */
function checkSelfCheck({ selfCheckSeconds: { source, value }, ttlSeconds }: Settings): void {
  if (value === 0 || (value >= ttlSeconds.value && value <= MAXIMUM_TTL_SECONDS)) return;
  throw new StartError(
    "setting",
    `a self-check of ${value} s is not between the TTL, ${ttlSeconds.value} s, and a day`,
    "an etcd that is away is the lease's matter; give at least the TTL",
    source,
  );
}

/** Throws a {@link StartError} where the limit leaves no time to load. */
function checkActivationLimit({ activationLimitSeconds, ttlSeconds }: Settings): void {
  const { source, value } = activationLimitSeconds;
  try {
    withActivationLimit(timingFor(ttlSeconds.value), value * 1000);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const remedy = "make it longer than the longest load and preparation, or leave it out: three TTLs";
    throw new StartError("setting", `at a TTL of ${ttlSeconds.value} s ${error.message}`, remedy, source);
  }
}

/** A certificate or an https endpoint given by hand turns TLS on, a user authentication; the TTL says how long activation may take. */
function withImplied(settings: Settings): Settings {
  const { activationLimitSeconds, auth, endpoints, tls, tlsCa, tlsCert, ttlSeconds, user } = settings;
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
    activationLimitSeconds:
      activationLimitSeconds.value === 0
        ? { ...activationLimitSeconds, value: timingFor(ttlSeconds.value).activationLimitMs / 1000 }
        : activationLimitSeconds,
  };
}

function checked(settings: Settings): Settings {
  checkActivationLimit(settings);
  checkSelfCheck(settings);
  const { auth, endpoints, password, tls, tlsCert, tlsKey, user } = settings;
  if (auth.value && (user.value === "" || password.value === "")) {
    const missing = user.value === "" ? "user name" : "password";
    throw new StartError(
      "setting",
      `etcd authentication is on, but no ${missing} is set`,
      "set etcd.auth.userName and ETCD_AUTH_PASSWORD (there is no flag: other users can see a process's flags)",
      auth.source,
    );
  }
  if (tls.value && (tlsCert.value === "") !== (tlsKey.value === "")) {
    const [given, missing] = tlsCert.value === "" ? [tlsKey, "certificate"] : [tlsCert, "key"];
    throw new StartError(
      "setting",
      `a client certificate needs its key, and the ${missing} is missing`,
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
      "write every endpoint as host:port, an IPv6 address in brackets, all with http:// or all with https:// or all without",
      at,
    );
  }
  return settings;
}

/** Nobody is told an address that is none; nobody else is let into the catalogue without a token. */
function checkedPlaces(settings: Settings): Settings {
  const { catalogue, host, listen, token } = settings;
  if (WILDCARDS.has(host.value))
    throw new StartError(
      "setting",
      `clients cannot be told to come to ${host.value}, which is every address of a machine`,
      "name the address under which clients reach this one; --listen says where it listens",
      host.source,
    );
  if (isLoopback(listen.value) || !catalogue.value || token.value !== "") return settings;
  throw new StartError(
    "setting",
    `other machines can reach ${listen.value}, and the catalogue asks nobody who they are`,
    "set LEASEHOLD_TOKEN, which clients must then show; or turn the catalogue off with --no-catalogue; or stay on 127.0.0.1 and show the probes alone with --admin-address",
    listen.source,
  );
}

/** `--etcd-ca` for `etcdCa`. */
function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}
