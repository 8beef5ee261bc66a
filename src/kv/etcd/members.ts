/**
 * The members of an etcd cluster as connections, one in use at a time. A member that does not answer is blamed and the
 * next one is used; nothing is sent twice because of it.
 */
import { emitWarning } from "node:process";
import { Client, connectivityState, type ChannelCredentials, type ClientOptions } from "@grpc/grpc-js";
import { readEndpoints, type Endpoint, type EtcdOptionError, type EtcdOptions } from "./options.ts";
import { Secrets } from "./secrets.ts";

/**
 * A connection that brings nothing for 9 s counts as broken, below the 10 s that `streamTimeoutMs` promises. etcd takes
 * pings more often than every 5 s for an attack (its `--grpc-keepalive-min-time`).
 */
const PING_EVERY_MS = 6000;
const PING_ANSWER_MS = 3000;

/**
 * A way that refused connections and takes them again is used this much later at most. gRPC lets the pauses between its attempts grow
 * further, and answers meanwhile by itself: a lease of 2 s does not outlive one of them.
 */
const RECONNECT_MS = 250;

const CHANNEL: ClientOptions = {
  "grpc.keepalive_time_ms": PING_EVERY_MS,
  "grpc.keepalive_timeout_ms": PING_ANSWER_MS,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": RECONNECT_MS,
  // A write that is sent again by the stack could be applied twice; whether to ask again is the caller's to say.
  "grpc.enable_retries": 0,
  // etcd is a neighbour: no proxy from the environment, no service configuration from DNS.
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
  // A large catalogue is one answer.
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
};

export interface EtcdMember {
  readonly endpoint: Endpoint;
  /** Ask for it anew with each request: it is another one after a certificate was replaced. */
  readonly connection: Client;
}

export class Members {
  readonly #members: readonly Member[];
  #at = 0;

  /**
   * Throws an {@link EtcdOptionError} where the options cannot be used. Connects when first used. `onProblem` hears of
   * certificates that were replaced by some that cannot be used; by default they are a warning of the process.
   */
  constructor(options: EtcdOptions, onProblem: (problem: EtcdOptionError) => void = emitWarning) {
    const endpoints = readEndpoints(options);
    const { serverName, ...tls } = options.tls ?? {};
    const secrets = new Secrets(endpoints[0]?.secure === true ? tls : undefined, onProblem);
    this.#members = endpoints.map((endpoint) => new Member(endpoint, secrets, serverName));
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
    for (const member of this.#members) member.close();
  }
}

class Member implements EtcdMember {
  readonly endpoint: Endpoint;
  readonly #secrets: Secrets;
  readonly #name: string | undefined;
  #credentials: ChannelCredentials;
  #connection: Client;

  constructor(endpoint: Endpoint, secrets: Secrets, serverName: string | undefined) {
    this.endpoint = endpoint;
    this.#secrets = secrets;
    this.#name = serverName;
    this.#credentials = secrets.current();
    this.#connection = this.#dial();
  }

  get connection(): Client {
    if (this.#secrets.mayChange && !this.#connected) this.#renew();
    return this.#connection;
  }

  close(): void {
    this.#connection.close();
  }

  get #connected(): boolean {
    return this.#connection.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** There is no connection that works; the next one shows the certificate that is there now. */
  #renew(): void {
    const now = this.#secrets.current();
    if (now === this.#credentials) return;
    this.#credentials = now;
    this.#connection.close();
    this.#connection = this.#dial();
  }

  #dial(): Client {
    return new Client(this.endpoint.target, this.#credentials, {
      ...CHANNEL,
      ...(this.#name === undefined ? {} : { "grpc.ssl_target_name_override": this.#name }),
    });
  }
}
