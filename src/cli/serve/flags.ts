/** The flags of `leasehold serve` and `leasehold ctl`, as the parser hands them over. */
import type { EtcdVersion } from "../../../models/etcd.ts";

export interface ServeFlags {
  readonly host: string;
  readonly exposed?: boolean;
  readonly port: number;
  readonly controlPort: number;
  readonly time: number | "manual";
  readonly etcdVersion: EtcdVersion;
  readonly members: number;
  readonly record?: string;
  readonly web?: boolean;
  readonly quotaBytes: number;
  readonly exitOnStdinClose?: boolean;
}

export interface CtlFlags {
  readonly control: string;
}
