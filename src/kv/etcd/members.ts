/**
 * The members of an etcd cluster as connections, one in use at a time. A member that does not answer is blamed and the
 * next one is used; nothing is sent twice because of it.
 */
import { X509Certificate } from "node:crypto";
import { Client, credentials, type ChannelCredentials } from "@grpc/grpc-js";
import { EtcdOptionError, readEndpoints, type Endpoint, type EtcdOptions, type EtcdTls } from "./options.ts";

/**
 * A connection that brings nothing for 9 s counts as broken, below the 10 s that `streamTimeoutMs` promises. etcd takes
 * pings more often than every 5 s for an attack (its `--grpc-keepalive-min-time`).
 */
const PING_EVERY_MS = 6000;
const PING_ANSWER_MS = 3000;

export interface EtcdMember {
  readonly endpoint: Endpoint;
  readonly connection: Client;
}

export class Members {
  readonly #members: readonly EtcdMember[];
  #at = 0;

  /** Throws an {@link EtcdOptionError} where the options cannot be used. Connects when first used. */
  constructor(options: EtcdOptions) {
    const endpoints = readEndpoints(options);
    const secrets = credentialsFor(endpoints[0]?.secure === true, options.tls ?? {});
    const name = options.tls?.serverName;
    this.#members = endpoints.map((endpoint) => ({
      endpoint,
      connection: new Client(endpoint.target, secrets, {
        "grpc.keepalive_time_ms": PING_EVERY_MS,
        "grpc.keepalive_timeout_ms": PING_ANSWER_MS,
        "grpc.initial_reconnect_backoff_ms": 100,
        "grpc.max_reconnect_backoff_ms": 1000,
        "grpc.min_reconnect_backoff_ms": 100,
        // A write that is sent again by the stack could be applied twice; whether to ask again is the caller's to say.
        "grpc.enable_retries": 0,
        // etcd is a neighbour: no proxy from the environment, no service configuration from DNS.
        "grpc.enable_http_proxy": 0,
        "grpc.service_config_disable_resolution": 1,
        "grpc.use_local_subchannel_pool": 1,
        // A large catalogue is one answer.
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        ...(name === undefined ? {} : { "grpc.ssl_target_name_override": name }),
      }),
    }));
  }

  get current(): EtcdMember {
    return this.#members[this.#at] as EtcdMember;
  }

  get several(): boolean {
    return this.#members.length > 1;
  }

  /** The member failed: from now on the next one is used, unless somebody was quicker to say so. */
  blame(member: EtcdMember): void {
    if (member === this.current) this.#at = (this.#at + 1) % this.#members.length;
  }

  close(): void {
    for (const { connection } of this.#members) connection.close();
  }
}

function credentialsFor(secure: boolean, { ca, cert, key }: EtcdTls): ChannelCredentials {
  if (!secure) return credentials.createInsecure();
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  try {
    // TLS takes any text for an authority, and trusts nobody then.
    if (ca !== undefined) void new X509Certificate(ca);
    return credentials.createSsl(pem(ca), pem(key), pem(cert));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EtcdOptionError("tls", `a certificate or key cannot be used: ${why}`);
  }
}
