/**
 * Reads a coordinator's settings. Flags win over the environment, the environment over the file, the file over the defaults;
 * within one of them, two spellings that disagree are refused.
 */
import { EtcdOptionError, readEndpoints } from "../kv/etcd/options.ts";
import { explain, ignoredByMilvus, lookUp } from "../milvus/config.ts";
import type { MilvusRoleName } from "../milvus/roles.ts";
import { rulesFor, type Rule } from "./setting-rules.ts";
import type { SourcedSetting, SettingFlags, Settings } from "./settings.ts";
import type { Source } from "./sources.ts";
import { StartError } from "./start-error.ts";

export interface SettingsReading {
  readonly settings: Settings;
  /** Keys that are understood here and ignored by Milvus: where, what, and what to write instead. */
  readonly warnings: readonly { readonly where: string; readonly what: string; readonly remedy: string }[];
}

/** Reads every setting; throws a {@link StartError} for the first that cannot be used. */
export function readSettings(
  role: MilvusRoleName,
  flags: SettingFlags,
  sources: { readonly environment: Source; readonly file: Source },
): SettingsReading {
  const rules = rulesFor(role);
  const warnings: SettingsReading["warnings"][number][] = [];
  const read = <Value>({ flag, key, otherwise }: Rule<Value>): SourcedSetting<Value> => {
    const given = flag === undefined ? undefined : flags[flag];
    if (flag !== undefined && given !== undefined) return { value: given as Value, source: flagName(flag) };
    for (const { config, whereOf } of [sources.environment, sources.file]) {
      const found = lookUp(config, key);
      if (found.type === "absent") continue;
      const where = whereOf(found.entry);
      if (found.type !== "found") {
        const { remedy, what } = explain(found, key, whereOf);
        throw new StartError("setting", what, remedy, where);
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
  return { settings: checked(withImplied(settings)), warnings };
}

/** A certificate or an https endpoint given by hand turns TLS on, a user authentication. */
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
      "write every endpoint as host:port, or all with http:// or all with https://",
      at,
    );
  }
  return settings;
}

/** `--etcd-ca` for `etcdCa`. */
function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}
