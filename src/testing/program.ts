/** The words of a program under test: what its code is given. They name nothing of the simulation. */
import type { EtcdPort } from "./etcd-port.ts";
import type { GrpcOptions } from "../serve/grpc-channel.ts";
import type { EtcdSeam } from "../service/etcd-seam.ts";

/**
 * The code of one process. It begins anew in each life, and ends when it returns: because it was asked to (its signal aborted) or
 * by itself, and then its supervisor starts it again. Throwing is returning with a reason.
 */
export type Program = (ctx: ProcessContext) => Promise<void> | void;

/** What a process has: everything else is outside of virtual time. */
export interface ProcessContext {
  readonly name: string;
  /** Aborts when the process is asked to stop (SIGTERM). */
  readonly signal: AbortSignal;
  /** etcd, as this process reaches it. */
  readonly kv: EtcdPort;
  /** The same for `runElection` and `observeElection`, as their option `etcd`. */
  readonly etcd: EtcdSeam;
  /**
   * The same for clients that stand on `@grpc/grpc-js`: `new Etcd3({ grpcOptions: ctx.grpcOptions })` of npm's `etcd3`, in a program
   * {@link withTimers}.
   */
  readonly grpcOptions: GrpcOptions;
  /** The own clock, ms from an arbitrary origin; it drifts and jumps as its node's does. */
  readonly now: () => number;
  /** Resolves when the own clock has gone on by so much, ms; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1, 1 excluded; the same in every run of one input. */
  readonly random: () => number;
  /** A line in the story. */
  readonly log: (text: string) => void;
  /**
   * Says that this process believes to hold `what` from now on: until it releases it, claims it anew, dies, or until its own clock
   * shows `until`. Promises judge claims of one name against each other, whoever makes them.
   */
  readonly claim: (what: string, claimed?: { readonly until?: number; readonly token?: number }) => void;
  readonly release: (what: string) => void;
}

/** The code of every process, or of each by its name. */
export type Programs = Program | Readonly<Record<string, Program>>;
