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
 * A way that is open again is used this much later at most. gRPC lets the pauses between its attempts grow further, and answers
 * meanwhile by itself: a lease of 2 s does not outlive one of them.
 */
const RECONNECT_MS = 250;

/**
 * An attempt to connect that took so many patiences of a request, and at least so long, is given up and begun anew: packets that
 * were swallowed are sent again by the system after pauses that double, however long the way has been open since.
 */
const DIAL_PATIENCES = 3;
const DIAL_AT_LEAST_MS = 500;

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
  /**
   * For one request that waits `patienceMs`. It is another one after a certificate was replaced, and where an attempt to connect
   * hangs.
   */
  connection(patienceMs: number): Client;
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
  /** Since when it was not there each time it was asked for. */
  #missingSinceMs: number | undefined;

  constructor(endpoint: Endpoint, secrets: Secrets, serverName: string | undefined) {
    this.endpoint = endpoint;
    this.#secrets = secrets;
    this.#name = serverName;
    this.#credentials = secrets.current();
    this.#connection = this.#dial();
  }

  connection(patienceMs: number): Client {
    const state = this.#connection.getChannel().getConnectivityState(false);
    if (state === connectivityState.READY) this.#missingSinceMs = undefined;
    // The next connection shows the certificate that is there now.
    else if (this.#certificateChanged() || (state !== connectivityState.IDLE && this.#hangs(patienceMs)))
      this.#dialAnew();
    return this.#connection;
  }

  close(): void {
    this.#connection.close();
  }

  #certificateChanged(): boolean {
    return this.#secrets.mayChange && this.#secrets.current() !== this.#credentials;
  }

  #hangs(patienceMs: number): boolean {
    const nowMs = performance.now();
    this.#missingSinceMs ??= nowMs;
    return nowMs - this.#missingSinceMs > Math.max(DIAL_AT_LEAST_MS, DIAL_PATIENCES * patienceMs);
  }

  #dialAnew(): void {
    this.#missingSinceMs = undefined;
    this.#credentials = this.#secrets.current();
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
