/** The settings of a coordinator, each with where it was said. */
import type { LogLevel } from "./log-format.ts";

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
