/** The flags of `leasehold who` and `leasehold handover`, as the parser hands them over, and how they reach etcd. */
import type { Command } from "commander";
import { ETCD_ENDPOINTS, ETCD_ROOT_PATH, ETCD_USER } from "../../milvus/keys.ts";
import { asKey, asSecretKey } from "../base/options.ts";

export interface EtcdFlags {
  readonly config?: string;
  readonly etcd?: readonly string[];
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  readonly etcdUser?: string;
  readonly rootPath?: string;
  readonly metaSubPath?: string;
}

export interface WhoFlags extends EtcdFlags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

export interface HandoverFlags extends EtcdFlags {
  /** Milliseconds. */
  readonly timeout: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** The flags by which `leasehold run` and its neighbours are told where etcd is. */
export function addEtcdFlags(command: Command): Command {
  return command
    .optionsGroup("etcd:")
    .option(
      "--etcd <addresses>",
      "members, separated by commas (default: localhost:2379)",
      asSecretKey("--etcd", ETCD_ENDPOINTS),
    )
    .option("--etcd-ca <file>", "PEM of the authority that signed the members' certificates; turns TLS on")
    .option("--etcd-cert <file>", "PEM of the client certificate, for mutual TLS; turns TLS on")
    .option("--etcd-key <file>", "PEM of its key")
    .option(
      "--etcd-user <name>",
      "user name; the password comes from ETCD_AUTH_PASSWORD",
      asSecretKey("--etcd-user", ETCD_USER),
    )
    .option("--root-path <path>", "etcd.rootPath (default: by-dev)", asKey(ETCD_ROOT_PATH))
    .option("--meta-sub-path <path>", "etcd.metaSubPath (default: meta)", asKey(ETCD_ROOT_PATH));
}
