/** The settings of a coordinator, each with where it was set. */
import type { LogLevel } from "../milvus/log-format.ts";
import type { MilvusRoleName } from "../milvus/roles.ts";

export interface SourcedSetting<Value> {
  readonly value: Value;
  /** `default`, a flag, `environment NAME` or `file:line:column`. */
  readonly source: string;
}

export const AFTER_LOSS = ["exit", "stand-by"] as const;

export interface Settings {
  readonly role: SourcedSetting<MilvusRoleName>;
  readonly activeStandby: SourcedSetting<boolean>;
  readonly afterLoss: SourcedSetting<(typeof AFTER_LOSS)[number]>;
  readonly ttlSeconds: SourcedSetting<number>;
  readonly retryTimes: SourcedSetting<number>;
  /** Whoever has won serves within this, or gives the role back; 0: three TTLs. */
  readonly activationLimitSeconds: SourcedSetting<number>;
  /** An active one that cannot write its catalogue for so long gives the role up; 0: it is not tried. */
  readonly selfCheckSeconds: SourcedSetting<number>;
  /** What the others and clients are told, in the session. */
  readonly host: SourcedSetting<string>;
  /** Where the HTTP API listens: the host, unless it is said. */
  readonly listen: SourcedSetting<string>;
  readonly port: SourcedSetting<number>;
  /** `host:port` of the probes, apart from the catalogue; empty: they are beside it. */
  readonly adminAddress: SourcedSetting<string>;
  /** Whether the catalogue is served over HTTP. */
  readonly catalogue: SourcedSetting<boolean>;
  /** What clients of the catalogue must show; empty: nothing. */
  readonly token: SourcedSetting<string>;
  readonly endpoints: SourcedSetting<readonly string[]>;
  readonly rootPath: SourcedSetting<string>;
  readonly metaSubPath: SourcedSetting<string>;
  readonly tls: SourcedSetting<boolean>;
  readonly tlsCa: SourcedSetting<string>;
  readonly tlsCert: SourcedSetting<string>;
  readonly tlsKey: SourcedSetting<string>;
  readonly auth: SourcedSetting<boolean>;
  readonly user: SourcedSetting<string>;
  readonly password: SourcedSetting<string>;
  readonly logFormat: SourcedSetting<"text" | "json">;
  readonly logLevel: SourcedSetting<LogLevel>;
}

export type SettingName = keyof Settings;

/** What the command line sets; absent: not given. */
export interface SettingFlags {
  readonly activeStandby?: boolean;
  readonly afterLoss?: (typeof AFTER_LOSS)[number];
  /** Seconds. */
  readonly ttl?: number;
  /** Seconds. */
  readonly activationLimit?: number;
  /** Seconds. */
  readonly selfCheck?: number;
  readonly host?: string;
  readonly listen?: string;
  readonly port?: number;
  readonly adminAddress?: string;
  readonly catalogue?: boolean;
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
