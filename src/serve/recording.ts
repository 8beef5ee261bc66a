/**
 * Everything that clients did, as a trace: they are the processes. What etcd was told stands in it whole and with etcd's own instants, so
 * that `src/run/served.ts` runs it again.
 */
import type { Etcd, StoreChange } from "../../models/etcd.ts";
import type { KvReply, WatchResponse } from "../../models/etcd-api.ts";
import { treeSize } from "../../models/store/tree.ts";
import { ETCD } from "../simulation/names.ts";
import { scenario, type ProcessSetup } from "../simulation/scenario.ts";
import {
  FORMAT,
  SCHEMA_VERSION,
  type Cause,
  type TraceHeader,
  type TraceObservation,
} from "../trace/format.ts";
import { servedCause } from "../trace/served.ts";
import { VERSION } from "../version.ts";
import { OTHERS, type Guest } from "./guests.ts";
import type { LiveEtcd, LiveListener, LiveStep } from "./live-etcd.ts";
import type { RecordFile } from "./record-file.ts";

/** What befell a message on its way. */
export type MessageFate = "lost" | "late" | "doubled" | "refused";

/** Why etcd is told something, as its line has it. `from`: whose it is. */
export interface StepReason {
  readonly cause: Cause;
  readonly from?: string;
  readonly seen?: readonly TraceObservation[];
}

/** Nobody knows beforehand when it will end. */
const TEN_YEARS_MS = 315_360_000_000;
/** Clients and the served etcd are on one machine. */
const NO_NETWORK = { delayMs: 0, slowMs: 0, lateMs: 0, streamTimeoutMs: 10_000 };

/** A lane without anybody in it makes no process. */
const NOBODY: ProcessSetup = {
  name: "nobody",
  role: "client",
  kind: "client",
  startAtMs: 0,
  clockOffsetMs: 0,
  clockRate: 1,
};

export class ServedRecording implements LiveListener {
  readonly file: RecordFile;
  readonly #etcd: LiveEtcd;
  readonly #lanes: string[] = [];
  /** The number of each lane's last request, which begins anew with each who takes the lane. */
  readonly #ids = new Map<string, number>();
  #events = 0;
  #lastAt = 0;
  /** Where etcd's time was set back, the trace's goes on. */
  #aheadMs = 0;

  constructor(file: RecordFile, etcd: LiveEtcd) {
    this.file = file;
    this.#etcd = etcd;
    this.#header();
    this.restored("etcd begins");
    etcd.listener = this;
  }

  get events(): number {
    return this.#events;
  }

  /** It goes on from this state, in which nobody is connected. */
  restored(how: string): void {
    const { state, time } = this.#etcd;
    const own = time.now();
    this.#aheadMs = Math.max(this.#aheadMs, this.#lastAt - own);
    this.#line(ETCD, servedCause(how, { type: "state", etcd: state }), { own, of: state });
  }

  amended(how: string, change: Partial<Etcd>): void {
    const { state, time } = this.#etcd;
    this.#line(ETCD, servedCause(how, { type: "amended", change }), { own: time.now(), of: state });
  }

  came({ member, name, peer }: Guest, agent: string): void {
    const isNew = !this.#lanes.includes(name);
    if (isNew || name !== OTHERS) this.#ids.set(name, 0);
    if (isNew) {
      this.#lanes.push(name);
      this.#header();
    }
    const text = `${agent} from ${peer}${this.#etcd.state.cluster === null ? "" : ` to member ${member}`}`;
    this.#line(
      name,
      { type: "start" },
      {
        seen: [
          { type: "started", role: "client" },
          { type: "note", text },
        ],
      },
    );
  }

  left({ name }: Guest): void {
    this.#line(name, servedCause("hangs up"), { seen: [{ type: "ended", cause: "exit" }] });
  }

  /** A client asks for something; its number. */
  asks({ name }: Guest, purpose: string, fate?: MessageFate, until = this.#now()): number {
    const id = (this.#ids.get(name) ?? 0) + 1;
    this.#ids.set(name, id);
    const seen: TraceObservation[] = [{ type: "request", purpose }];
    if (fate !== undefined) seen.push({ type: "message", leg: "request", purpose, fate, until });
    this.#line(name, servedCause(`asks ${purpose}`), { seen });
    return id;
  }

  /** At etcd's door. */
  refused(reason: StepReason): void {
    this.#line(ETCD, reason.cause, { delivery: "refused", own: this.#etcd.time.now(), of: this.#etcd.state });
  }

  reply({ name }: Guest, id: number, purpose: string, reply: KvReply): void {
    this.#line(name, { type: "reply", id, purpose, reply });
  }

  watchMessage({ name }: Guest, stream: number, response: WatchResponse): void {
    this.#line(name, { type: "watchMessage", response, stream });
  }

  watchBroken({ name }: Guest, id: number, stream: number): void {
    this.#line(name, { type: "watchBroken", id, stream });
  }

  /** What befell an answer on its way, seen at etcd; it stands in a line of its own, for the step's is written. */
  befell(
    { name }: Guest,
    leg: "reply" | "watch",
    purpose: string,
    fate: MessageFate,
    until = this.#now(),
  ): void {
    this.#line(ETCD, servedCause(`an answer is ${fate}`), {
      own: this.#etcd.time.now(),
      of: this.#etcd.state,
      seen: [{ type: "message", node: name, leg, purpose, fate, until }],
    });
  }

  close(): void {
    this.#etcd.listener = undefined;
    this.file.close({ type: "end", events: this.#events, at: this.#now(), ended: "horizon", verdicts: [] });
  }

  stepped({ atMs, before, changes, etcd, outputs, reason }: LiveStep): void {
    const why = reason as StepReason | undefined;
    if (why === undefined && changes.length + outputs.length === 0 && isSame(before, etcd)) return;
    const seen = changes.map((change) => seenOf(change, why?.from));
    this.#line(ETCD, why?.cause ?? { type: "tick" }, {
      own: atMs,
      of: etcd,
      seen: [...(why?.seen ?? []), ...seen],
    });
  }

  #now(): number {
    return Math.max(this.#lastAt, this.#etcd.time.now() + this.#aheadMs);
  }

  #header(): void {
    const { cluster, options } = this.#etcd.state;
    const members = cluster === null ? {} : { members: cluster.members.length };
    const lanes = this.#lanes.length === 0 ? [NOBODY] : this.#lanes.map((name) => ({ ...NOBODY, name }));
    const header: TraceHeader = {
      type: "header",
      format: FORMAT,
      schemaVersion: SCHEMA_VERSION,
      package: VERSION,
      variant: "shipped",
      recorded: "served",
      scenario: scenario({
        title: "what clients asked of a served etcd",
        horizonMs: TEN_YEARS_MS,
        coordinators: [],
        processes: lanes,
        network: NO_NETWORK,
        etcd: { version: options.version, clockRate: 1, ...members },
      }),
      decisions: [],
    };
    this.file.header(header);
  }

  #line(
    node: string,
    cause: Cause,
    more: {
      readonly seen?: readonly TraceObservation[];
      readonly delivery?: "refused";
      /** At etcd: its clock's instant and its state. */
      readonly own?: number;
      readonly of?: Etcd;
    } = {},
  ): void {
    const { delivery, of, own, seen = [] } = more;
    const at = own === undefined ? this.#now() : Math.max(this.#lastAt, own + this.#aheadMs);
    this.#lastAt = at;
    this.file.event({
      type: "event",
      n: ++this.#events,
      at,
      ...(own === undefined ? {} : { own }),
      node,
      cause,
      ...(delivery === undefined ? {} : { delivery }),
      ...(seen.length === 0 ? {} : { seen: seen.map((one) => ({ ...one, node: one.node ?? node })) }),
      ...(of === undefined ? {} : { etcd: standingOf(of) }),
    });
  }
}

function seenOf({ cause, event }: StoreChange, from: string | undefined): TraceObservation {
  return { type: "change", event, cause, node: from ?? ETCD };
}

function standingOf({ cluster, lessor, mode, store }: Etcd) {
  const leader = cluster === null || mode !== "serving" ? {} : { leader: cluster.leader };
  return { mode, revision: store.revision, leases: treeSize(lessor.leases), ...leader };
}

/** Nothing that anybody could notice happened in a tick. */
function isSame(before: Etcd, after: Etcd): boolean {
  return (
    before.mode === after.mode &&
    before.raftTerm === after.raftTerm &&
    before.store === after.store &&
    before.waiting === after.waiting &&
    before.watchers === after.watchers &&
    before.cluster === after.cluster &&
    before.lessor.leases === after.lessor.leases
  );
}
