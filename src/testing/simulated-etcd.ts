/**
 * A faithful etcd in this process, for plain unit tests: no network, no faults but those that are asked for, and time that goes on
 * when it is told to; or with the timers of the test, real or fake.
 */
import { setImmediate as turn } from "node:timers";
import {
  createEtcd,
  nextTickMs,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type EtcdVersion,
} from "../../models/etcd.ts";
import { outcomeOf, UNANSWERED } from "../../models/outcome.ts";
import type {
  GrpcCode,
  KvReply,
  KvRequest,
  LeaseId,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { treeGet } from "../../models/store/tree.ts";
import { etcdPort, type EtcdPort } from "./etcd-port.ts";
import type { KeyEntry } from "./operations.ts";
import { fromBytes } from "../../models/bytes.ts";

/** Which etcd, and whose time. */
export interface SimulatedEtcdSettings {
  /** Whose rules it follows. Default: 3.4.23. */
  readonly version?: EtcdVersion;
  /**
   * `manual`: time goes on by {@link SimulatedEtcd.advance} alone. `timers`: as `Date.now` and `setTimeout` do, which a test may have
   * replaced by fake ones. Default: `manual`.
   */
  readonly time?: "manual" | "timers";
}

/** What becomes of the next requests. */
export interface FailingRequest {
  /** Whether it is carried out all the same, and only its answer is lost. Default: false. */
  readonly applied?: boolean;
  /** With `applied` false: what etcd says. Default: `Unavailable`. */
  readonly code?: GrpcCode;
  readonly message?: string;
  /** How many. Default: 1. */
  readonly count?: number;
}

/** An etcd in the hands of a test. */
export interface SimulatedEtcd {
  readonly kv: EtcdPort;
  /** ms since it was made. */
  readonly nowMs: number;
  /** Lets so much time pass; whoever waits for something in it goes on at its instant. Only where time is `manual`. */
  advance(ms: number): Promise<void>;
  /** The lease is gone now, and every key under it, as if its time had run out. */
  expire(lease: LeaseId): void;
  /** There is no leader for so long; then every lease has its whole time again. */
  changeLeader(forMs?: number): void;
  /** Answers nobody for so long. */
  stall(forMs: number): void;
  /** The next requests fail. */
  fail(how?: FailingRequest): void;
  /** Everything that stands in it, by key. */
  dump(): readonly KeyEntry[];
}

/** A fresh one, empty, at revision 1. */
export function simulatedEtcd(options: SimulatedEtcdSettings = {}): SimulatedEtcd {
  return new Server(options);
}

const CLIENT = 1;
const OPERATOR = 2;
/** Without a leader for as long as three members take to elect one. */
const ELECTION_MS = 1200;

interface Waiting {
  readonly resolve: (reply: KvReply) => void;
  readonly dueAtMs: number;
}

class Server implements SimulatedEtcd {
  readonly kv: EtcdPort;
  readonly #manual: boolean;
  readonly #madeAtMs: number;
  #etcd: Etcd;
  #nowMs = 0;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();
  readonly #watches = new Map<number, { onMessage(response: WatchResponse): void; onBroken(): void }>();
  #failing: (FailingRequest & { left: number }) | undefined;
  #advancing: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ time = "manual", version = "3.4.23" }: SimulatedEtcdSettings) {
    this.#manual = time === "manual";
    this.#madeAtMs = this.#manual ? 0 : Date.now();
    this.#etcd = createEtcd({ version });
    this.kv = etcdPort({
      submit: (request, timeoutMs) => this.#submit(request, timeoutMs),
      watch: (request, onMessage, onBroken) => this.#watch(request, { onMessage, onBroken }),
      asked: () => undefined,
    });
    this.#arm();
  }

  get nowMs(): number {
    return this.#manual ? this.#nowMs : Date.now() - this.#madeAtMs;
  }

  async advance(ms: number): Promise<void> {
    if (!this.#manual) throw new Error("its time is that of the timers: advance those");
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`advance: ${ms} is no number of milliseconds`);
    // Whoever else advances it is first.
    const before = this.#advancing;
    this.#advancing = before.then(() => this.#advance(ms));
    return this.#advancing;
  }

  async #advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let next = this.#nextMs(); next <= endMs; next = this.#nextMs()) {
      this.#nowMs = Math.max(this.#nowMs, next);
      this.#due();
      await settled();
    }
    this.#nowMs = endMs;
  }

  expire(id: LeaseId): void {
    if (treeGet(this.#etcd.lessor.leases, id) === undefined)
      throw new RangeError(`expire: there is no lease ${id}`);
    this.#operate({ type: "leaseRevoke", id });
  }

  changeLeader(forMs = ELECTION_MS): void {
    this.#tell({ type: "leaderChange", electionMs: forMs });
  }

  stall(forMs: number): void {
    this.#tell({ type: "stall", forMs });
  }

  fail(how: FailingRequest = {}): void {
    const { count = 1 } = how;
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`fail: ${count} requests cannot fail`);
    this.#failing = { ...how, left: how.count ?? 1 };
  }

  dump(): readonly KeyEntry[] {
    return presentKeys(begin(this.#etcd.store), "", null, Infinity).map(
      ({ createRevision, key, lease, modRevision: revision, value, version }) => ({
        key: fromBytes(key),
        value: fromBytes(value),
        revision,
        createRevision,
        version,
        lease,
      }),
    );
  }

  #submit(request: KvRequest, timeoutMs: number): Promise<KvReply> {
    const failure = this.#nextFailure();
    if (failure !== undefined && failure.applied !== true) {
      const { code = "Unavailable", message = "etcdserver: request failed" } = failure;
      return Promise.resolve(outcomeOf({ type: "error", code, message }));
    }
    const id = this.#nextId++;
    const dueAtMs = this.nowMs + timeoutMs;
    return new Promise((resolve) => {
      // Whose answer is lost waits for its time to be over.
      this.#waiting.set(id, { resolve, dueAtMs });
      this.#tell({ type: "request", client: failure === undefined ? CLIENT : OPERATOR, id, request });
    });
  }

  #nextFailure(): FailingRequest | undefined {
    const failing = this.#failing;
    if (failing === undefined) return undefined;
    failing.left--;
    if (failing.left <= 0) this.#failing = undefined;
    return failing;
  }

  #watch(
    request: WatchRequest,
    listener: { onMessage(response: WatchResponse): void; onBroken(): void },
  ): () => void {
    const watchId = this.#nextId++;
    this.#watches.set(watchId, listener);
    this.#tell({ type: "watch", client: CLIENT, watchId, request });
    return () => {
      if (this.#watches.delete(watchId)) this.#tell({ type: "cancelWatch", client: CLIENT, watchId });
    };
  }

  #operate(request: KvRequest): void {
    this.#tell({ type: "request", client: OPERATOR, id: this.#nextId++, request });
  }

  #tell(input: EtcdInput): void {
    const { etcd, outputs } = stepEtcd(this.#etcd, input, this.nowMs);
    this.#etcd = etcd;
    for (const output of outputs) {
      if (output.client !== CLIENT) continue;
      if (output.type === "reply") this.#answer(output.id, outcomeOf(output.reply));
      else if (output.type === "watch") this.#heard(output.response);
      else for (const watch of this.#watches.values()) watch.onBroken();
    }
    this.#arm();
  }

  #heard(response: WatchResponse): void {
    if (response.events.length === 0 && !response.canceled) return;
    this.#watches.get(response.watchId)?.onMessage(response);
  }

  #answer(id: number, reply: KvReply): void {
    this.#waiting.get(id)?.resolve(reply);
    this.#waiting.delete(id);
  }

  #nextMs(): number {
    return Math.min(nextTickMs(this.#etcd), ...[...this.#waiting.values()].map(({ dueAtMs }) => dueAtMs));
  }

  /** What has come due by now. */
  #due(): void {
    for (const [id, { dueAtMs }] of this.#waiting) if (dueAtMs <= this.nowMs) this.#answer(id, UNANSWERED);
    if (nextTickMs(this.#etcd) <= this.nowMs) this.#tell({ type: "tick" });
    else this.#arm();
  }

  /** With the timers of the test: a timer for what comes next. It keeps nobody from ending. */
  #arm(): void {
    if (this.#manual) return;
    clearTimeout(this.#timer);
    const next = this.#nextMs();
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#due(), Math.max(0, Math.ceil(next - this.nowMs)));
    this.#timer.unref?.();
  }
}

/** Whoever can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => void turn(resolve));
}
