/** Where an election meets its surroundings: a way to etcd, and a clock. Usually both are real. */
import type { KvRequest, ServerReply, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import type { EtcdOptions } from "../kv/etcd/options.ts";
import { SystemClock } from "../time/system-clock.ts";
import type { Clock } from "../time/clock.ts";

/** A connection to etcd, whatever carries it. */
export interface EtcdConnection {
  /** The member in use, as a URL. */
  readonly endpoint: string;
  /** Asks once, and answers within `timeoutMs` by the seam's clock. `purpose`: what for, in a word. */
  submit(request: KvRequest, timeoutMs: number, purpose?: string): Promise<ServerReply>;
  /** Events come gapless and in order until the watch is closed, or its end is told, once. */
  watch(
    request: WatchRequest,
    listener: {
      onMessage(response: WatchResponse): void;
      onBroken(why: Extract<ServerReply, { readonly type: "error" }>): void;
    },
  ): { close(): void };
  close(): void;
}

/** A clock whose timers can be disarmed together. */
export interface StoppableClock extends Clock {
  stop(): void;
}

/**
 * Another etcd and another clock than the real ones: `ctx.etcd` of `leasehold/testing` is one, so that a service's election runs
 * in virtual time with nothing of it changed.
 */
export interface EtcdSeam {
  connect(): EtcdConnection;
  clock(onTimer: (timer: string) => void): StoppableClock;
}

export function isSeam(etcd: EtcdOptions | EtcdSeam): etcd is EtcdSeam {
  return "connect" in etcd;
}

/** The real ones. The gRPC stack is heavy: who only imports types or the driver does not pay for it. */
export async function realSeam(etcd: EtcdOptions, onProblem: (problem: Error) => void): Promise<EtcdSeam> {
  const { EtcdClient } = await import("../kv/etcd/client.ts");
  return {
    connect: () => new EtcdClient(etcd, onProblem),
    clock: (onTimer) => new SystemClock(onTimer),
  };
}
