/**
 * A second kind of process, of which the world knows nothing: a worker that takes a lock under a lease, works while it holds
 * it, and renews. No chart, no roles, no ledger: what it shares with a coordinator is the contract alone.
 */
import { NO_LEASE, type KvReply, type LeaseId } from "../../models/etcd-api.ts";
import {
  NO_CLAIMS,
  type Claim,
  type ProcessCode,
  type ProcessKind,
  type ProcessPorts,
  type ProcessView,
} from "../../src/simulation/process.ts";

const TTL_SECONDS = 10;
const LOCK = "locks/work";

export interface WorkerState {
  step: "granting" | "locking" | "working" | "stopped";
  lease: LeaseId;
  token: number;
  nextId: number;
  renewedAt: number;
  until: number;
}

export class LockWorker implements ProcessKind<WorkerState> {
  readonly role = "work";
  readonly purposes = ["grant", "lock", "renew", "unlock"];
  readonly state: "plain" | "opaque";

  constructor(state: "plain" | "opaque" = "plain") {
    this.state = state;
  }

  connect(ports: ProcessPorts): ProcessCode<WorkerState> {
    const send = (state: WorkerState, purpose: string, request: Parameters<ProcessPorts["send"]>[1]) => {
      ports.send(state.nextId++, request, 1000, purpose);
    };
    const lock = (state: WorkerState) => {
      const put = { type: "put", key: LOCK, value: "taken", lease: state.lease } as const;
      const free = { key: LOCK, target: "version", result: "equal", version: 0 } as const;
      send(state, "lock", { type: "txn", compare: [free], success: [put], failure: [] });
    };
    const renew = (state: WorkerState) => {
      state.renewedAt = ports.now();
      send(state, "renew", { type: "leaseKeepAlive", id: state.lease });
      ports.startTimer("renew", 3000, 0);
    };
    const grant = (state: WorkerState) => {
      Object.assign(state, { step: "granting", lease: NO_LEASE, token: 0, renewedAt: ports.now() });
      send(state, "grant", { type: "leaseGrant", ttlSeconds: TTL_SECONDS });
      ports.startTimer("again", 2000, 0);
    };
    const heard = (state: WorkerState, reply: KvReply) => {
      if (reply.type !== "ok") return;
      const { response } = reply;
      if (response.type === "leaseGrant" && state.step === "granting") {
        Object.assign(state, { step: "locking", lease: response.id });
        renew(state);
        lock(state);
      } else if (response.type === "leaseKeepAlive") {
        if (response.ttlSeconds === 0) grant(state);
        else state.until = state.renewedAt + TTL_SECONDS * 980;
      } else if (response.type === "txn" && response.succeeded && state.step === "locking") {
        Object.assign(state, { step: "working", token: response.header.revision });
      }
    };
    return {
      begin() {
        const state: WorkerState = {
          step: "granting",
          lease: NO_LEASE,
          token: 0,
          nextId: 1,
          renewedAt: 0,
          until: 0,
        };
        grant(state);
        return state;
      },
      stop(state) {
        if (state.lease !== NO_LEASE) send(state, "unlock", { type: "leaseRevoke", id: state.lease });
        state.step = "stopped";
      },
      onReply: (state, _id, reply) => heard(state, reply),
      onWatch: () => undefined,
      onWatchBroken: () => undefined,
      onTimer(state, timer) {
        if (timer === "renew") renew(state);
        else if (state.step === "granting") grant(state);
        else if (state.step === "locking") {
          lock(state);
          ports.startTimer("again", 2000, 0);
        }
      },
      onTask: () => undefined,
    };
  }

  claims({ step, token, until }: WorkerState): readonly Claim[] {
    return step === "working" ? [{ role: this.role, token, until }] : NO_CLAIMS;
  }

  departure({ step }: WorkerState): "stopped" | undefined {
    return step === "stopped" ? "stopped" : undefined;
  }

  awaits(): boolean {
    return true;
  }

  view({ lease, step, token }: WorkerState): ProcessView {
    return { phase: step, paths: [step], serverId: 0, leaseId: lease, token };
  }

  keys(): Readonly<Record<string, string>> {
    return { active: LOCK };
  }

  copy(state: WorkerState): WorkerState {
    return { ...state };
  }

  write(state: WorkerState): unknown {
    return state;
  }

  read(written: unknown): WorkerState {
    return { ...(written as WorkerState) };
  }
}
