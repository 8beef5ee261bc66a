/** The settings of a coordinator, each with where it was set. */
import type { LogLevel } from "../milvus/log-format.ts";
import type { MilvusRoleName } from "../milvus/roles.ts";

export interface Setting<Value> {
  readonly value: Value;
  /** `default`, a flag, `environment NAME` or `file:line:column`. */
  readonly source: string;
}

export const AFTER_LOSS = ["exit", "stand-by"] as const;

export interface Settings {
  readonly role: Setting<MilvusRoleName>;
  readonly activeStandby: Setting<boolean>;
  readonly afterLoss: Setting<(typeof AFTER_LOSS)[number]>;
  readonly ttlSeconds: Setting<number>;
  readonly retryTimes: Setting<number>;
  readonly host: Setting<string>;
  readonly port: Setting<number>;
  readonly endpoints: Setting<readonly string[]>;
  readonly rootPath: Setting<string>;
  readonly metaSubPath: Setting<string>;
  readonly tls: Setting<boolean>;
  readonly tlsCa: Setting<string>;
  readonly tlsCert: Setting<string>;
  readonly tlsKey: Setting<string>;
  readonly auth: Setting<boolean>;
  readonly user: Setting<string>;
  readonly password: Setting<string>;
  readonly logFormat: Setting<"text" | "json">;
  readonly logLevel: Setting<LogLevel>;
}

export type SettingName = keyof Settings;

/** What the command line sets; absent: not given. */
export interface SettingFlags {
  readonly activeStandby?: boolean;
  readonly afterLoss?: (typeof AFTER_LOSS)[number];
  /** Seconds. */
  readonly ttl?: number;
  readonly host?: string;
  readonly port?: number;
  readonly etcd?: readonly string[];
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  readonly etcdUser?: string;
  readonly rootPath?: string;
  readonly metaSubPath?: string;
  readonly logFormat?: "text" | "json";
  readonly logLevel?: LogLevel;
}
