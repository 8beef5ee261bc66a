/**
 * A faithful etcd in this process, for plain unit tests: no network, no faults but those that are asked for, and time that goes on
 * when it is told to; or with the timers of the test, real or fake.
 */
import { setImmediate as turn } from "node:timers";
import { createEtcd, type EtcdOutput, type EtcdVersion } from "../../models/etcd.ts";
import type {
  GrpcCode,
  KvReply,
  KvRequest,
  LeaseId,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import { outcomeOf, UNANSWERED } from "../../models/outcome.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { treeGet } from "../../models/store/tree.ts";
import { LiveEtcd } from "../serve/live-etcd.ts";
import { ManualTime, RealTime } from "../serve/live-time.ts";
import { etcdPort, type EtcdPort } from "./etcd-port.ts";
import { entryOf, type KeyEntry } from "./operations.ts";

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

/** Without a leader for as long as three members take to elect one. */
const ELECTION_MS = 1200;

interface Watching {
  onMessage(response: WatchResponse): void;
  onBroken(): void;
}

/** Words for people over an etcd that lives in a time of its own. */
class Server implements SimulatedEtcd {
  readonly kv: EtcdPort;
  readonly #time: ManualTime | RealTime;
  readonly #etcd: LiveEtcd;
  readonly #client: number;
  /** Whom nobody answers. */
  readonly #operator: number;
  #nextId = 1;
  readonly #waiting = new Map<number, (reply: KvReply) => void>();
  readonly #watches = new Map<number, Watching>();
  #failing: (FailingRequest & { left: number }) | undefined;
  #advancing: Promise<void> = Promise.resolve();

  constructor({ time = "manual", version = "3.4.23" }: SimulatedEtcdSettings) {
    // The timers of a test keep nobody from ending.
    this.#time =
      time === "manual" ? new ManualTime(0) : new RealTime({ clock: () => Date.now(), holds: false });
    this.#etcd = new LiveEtcd(createEtcd({ version }), this.#time);
    this.#client = this.#etcd.connect((output) => this.#hear(output));
    this.#operator = this.#etcd.connect(() => undefined);
    this.kv = etcdPort({
      submit: (request, timeoutMs) => this.#submit(request, timeoutMs),
      watch: (request, onMessage, onBroken) => this.#watch(request, { onMessage, onBroken }),
      asked: () => undefined,
    });
  }

  get nowMs(): number {
    return this.#time.now();
  }

  async advance(ms: number): Promise<void> {
    const time = this.#time;
    if (time instanceof RealTime) throw new Error("its time is that of the timers: advance those");
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`advance: ${ms} is no number of milliseconds`);
    // Whoever else advances it is first.
    const before = this.#advancing;
    this.#advancing = before.then(settled).then(() => time.advance(ms, settled));
    return this.#advancing;
  }

  expire(id: LeaseId): void {
    if (treeGet(this.#etcd.state.lessor.leases, id) === undefined)
      throw new RangeError(`expire: there is no lease ${id}`);
    const request = { type: "leaseRevoke", id } as const;
    this.#etcd.tell({ type: "request", client: this.#operator, id: this.#nextId++, request });
  }

  changeLeader(forMs = ELECTION_MS): void {
    this.#etcd.tell({ type: "leaderChange", electionMs: forMs });
  }

  stall(forMs: number): void {
    this.#etcd.tell({ type: "stall", forMs });
  }

  fail(how: FailingRequest = {}): void {
    const { count = 1 } = how;
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`fail: ${count} requests cannot fail`);
    this.#failing = { ...how, left: count };
  }

  dump(): readonly KeyEntry[] {
    return presentKeys(begin(this.#etcd.state.store), "", null, Infinity).map(entryOf);
  }

  #submit(request: KvRequest, timeoutMs: number): Promise<KvReply> {
    const failure = this.#nextFailure();
    if (failure !== undefined && failure.applied !== true) {
      const { code = "Unavailable", message = "etcdserver: request failed" } = failure;
      return Promise.resolve(outcomeOf({ type: "error", code, message }));
    }
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const answer = (reply: KvReply) => {
        this.#waiting.delete(id);
        this.#time.wakeAt(answer, Number.POSITIVE_INFINITY, () => undefined);
        resolve(reply);
      };
      this.#waiting.set(id, answer);
      this.#time.wakeAt(answer, this.nowMs + timeoutMs, () => answer(UNANSWERED));
      // Whose answer is lost waits for its time to be over.
      const client = failure === undefined ? this.#client : this.#operator;
      this.#etcd.tell({ type: "request", client, id, request });
    });
  }

  #nextFailure(): FailingRequest | undefined {
    const failing = this.#failing;
    if (failing === undefined) return undefined;
    failing.left--;
    if (failing.left <= 0) this.#failing = undefined;
    return failing;
  }

  #watch(request: WatchRequest, listener: Watching): () => void {
    const watchId = this.#nextId++;
    const client = this.#client;
    this.#watches.set(watchId, listener);
    this.#etcd.tell({ type: "watch", client, watchId, request });
    return () => {
      if (this.#watches.delete(watchId)) this.#etcd.tell({ type: "cancelWatch", client, watchId });
    };
  }

  #hear(output: EtcdOutput): void {
    switch (output.type) {
      case "reply":
        this.#waiting.get(output.id)?.(outcomeOf(output.reply));
        return;
      case "watch": {
        const { response } = output;
        if (response.events.length > 0 || response.canceled)
          this.#watches.get(response.watchId)?.onMessage(response);
        return;
      }
      case "watchesBroken":
        for (const watch of this.#watches.values()) watch.onBroken();
        return;
    }
  }
}

/** Whoever can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => void turn(resolve));
}
