/** Of each setting: its flag, its key in Milvus' configuration, and what it is where nobody sets it. */
import { RETRY_TIMES } from "../../models/election.ts";
import { DEFAULT_TTL_SECONDS } from "../../models/timing.ts";
import * as keys from "../milvus/keys.ts";
import { MILVUS_ROLES, type MilvusRoleName } from "../milvus/roles.ts";
import { LOOPBACK } from "./loopback.ts";
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

export function rulesFor(role: MilvusRoleName): Rules {
  return {
    activeStandby: { flag: "activeStandby", key: keys.activeStandbyKey(role), otherwise: false },
    afterLoss: { flag: "afterLoss", key: AFTER_LOSS_KEY, otherwise: "exit" },
    ttlSeconds: { flag: "ttl", key: keys.SESSION_TTL, otherwise: DEFAULT_TTL_SECONDS },
    retryTimes: { key: keys.SESSION_RETRY_TIMES, otherwise: RETRY_TIMES },
    host: { flag: "host", key: { ...keys.addressKey(role), ...LOOPBACK }, otherwise: "127.0.0.1" },
    port: { flag: "port", key: keys.portKey(role), otherwise: MILVUS_ROLES[role].port },
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
