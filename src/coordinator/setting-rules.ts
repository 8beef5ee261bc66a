/** Of each setting: its flag, its key in Milvus' configuration, and what it is where nobody sets it. */
import { RETRY_TIMES } from "../../models/election-vocabulary.ts";
import { DEFAULT_TTL_SECONDS } from "../../models/timing.ts";
import * as keys from "../milvus/keys.ts";
import { MILVUS_ROLES, type MilvusRoleName } from "../milvus/roles.ts";
import { hostPort, readHost, readHostPort } from "./addresses.ts";
import { AFTER_LOSS, type SettingFlags, type SettingName, type Settings } from "./settings.ts";

export interface Rule<Value> {
  readonly flag?: keyof SettingFlags;
  readonly key: keys.ConfigKey<Value>;
  readonly otherwise: Value;
}

type Rules = { readonly [Name in Exclude<SettingName, "role">]: Rule<Settings[Name]["value"]> };

/** Ours; Milvus has no such key. */
const AFTER_LOSS_KEY: keys.ConfigKey<(typeof AFTER_LOSS)[number]> = {
  names: [{ name: "leasehold.afterLoss" }],
  read: (text) => AFTER_LOSS.find((one) => one === text.toLowerCase()),
  expects: AFTER_LOSS.join(" or "),
};

export const HOST = {
  read: readHost,
  expects: "a host name or an address, such as 127.0.0.1 or ::1",
} as const;

const LISTEN_KEY: keys.ConfigKey<string> = { names: [{ name: "leasehold.listen" }], ...HOST };

export const ADMIN_ADDRESS_KEY: keys.ConfigKey<string> = {
  names: [{ name: "leasehold.adminAddress" }],
  read(text) {
    const found = readHostPort(text);
    return found === undefined ? undefined : hostPort(found.host, found.port);
  },
  expects: "host:port, such as 127.0.0.1:9091; an IPv6 address stands in brackets, [::1]:9091",
};

const CATALOGUE_KEY: keys.ConfigKey<boolean> = { ...keys.TRUTH, names: [{ name: "leasehold.catalogue" }] };

const TOKEN_KEY: keys.ConfigKey<string> = {
  ...keys.SECRET,
  names: [{ name: "leasehold.token" }],
  read: (text) => (/^[!-~]{16,256}$/u.test(text) ? text : undefined),
  expects: "16 to 256 printable ASCII characters without a blank",
  remedy: "make one with: openssl rand -hex 16",
};

/** Seconds, such as `90`; ours. */
const secondsKey = (name: string): keys.ConfigKey<number> => ({
  names: [{ name }],
  read: (text) => (/^\d{1,5}(?:\.\d{1,3})?$/u.test(text) ? Number(text) : undefined),
  expects: "a number of seconds below 100000, such as 90; 0 is the default",
});

export function rulesFor(role: MilvusRoleName): Rules {
  return {
    activeStandby: { flag: "activeStandby", key: keys.activeStandbyKey(role), otherwise: false },
    afterLoss: { flag: "afterLoss", key: AFTER_LOSS_KEY, otherwise: "exit" },
    ttlSeconds: { flag: "ttl", key: keys.SESSION_TTL, otherwise: DEFAULT_TTL_SECONDS },
    retryTimes: { key: keys.SESSION_RETRY_TIMES, otherwise: RETRY_TIMES },
    activationLimitSeconds: {
      flag: "activationLimit",
      key: secondsKey("leasehold.activationLimit"),
      otherwise: 0,
    },
    selfCheckSeconds: { flag: "selfCheck", key: secondsKey("leasehold.selfCheck"), otherwise: 0 },
    host: { flag: "host", key: { ...keys.addressKey(role), ...HOST }, otherwise: "127.0.0.1" },
    listen: { flag: "listen", key: LISTEN_KEY, otherwise: "" },
    port: { flag: "port", key: keys.portKey(role), otherwise: MILVUS_ROLES[role].port },
    adminAddress: { flag: "adminAddress", key: ADMIN_ADDRESS_KEY, otherwise: "" },
    catalogue: { flag: "catalogue", key: CATALOGUE_KEY, otherwise: true },
    token: { key: TOKEN_KEY, otherwise: "" },
    endpoints: { flag: "etcd", key: keys.ETCD_ENDPOINTS, otherwise: ["localhost:2379"] },
    rootPath: { flag: "rootPath", key: keys.ETCD_ROOT_PATH, otherwise: "by-dev" },
    metaSubPath: { flag: "metaSubPath", key: keys.ETCD_META_SUB_PATH, otherwise: "meta" },
    tls: { key: keys.ETCD_TLS, otherwise: false },
    tlsCa: { flag: "etcdCa", key: keys.ETCD_CA, otherwise: "" },
    tlsCert: { flag: "etcdCert", key: keys.ETCD_CERT, otherwise: "" },
    tlsKey: { flag: "etcdKey", key: keys.ETCD_KEY, otherwise: "" },
    auth: { key: keys.ETCD_AUTH, otherwise: false },
    user: { flag: "etcdUser", key: keys.ETCD_USER, otherwise: "" },
    password: { key: keys.ETCD_PASSWORD, otherwise: "" },
    logFormat: { flag: "logFormat", key: keys.LOG_FORMAT, otherwise: "text" },
    logLevel: { flag: "logLevel", key: keys.LOG_LEVEL, otherwise: "DEBUG" },
  };
}
