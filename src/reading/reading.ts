/**
 * One reading of a run: how everyone stood, the leases, the messages and their fate, who served since when, who took over and
 * within which bound, and the turning points; `tell-story.ts` tells it in words. Whoever shows or tells a run asks here; each part is worked out once,
 * when it is first asked for. A run read from a file and one simulated just now are read alike, from their recorded events.
 */
import { NO_LEASE, type LeaseId } from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import type { TraceLine } from "../trace/format.ts";
import { clocksOf, type ClockMark } from "./clocks.ts";
import { Course } from "./course.ts";
import { changesOf, type KeyChange } from "./keys.ts";
import { leadersOf, type Led } from "./leaders.ts";
import { leaseLeftMs, leasesOf, type LeaseLife } from "./leases.ts";
import type { Message } from "./message.ts";
import type { InTurns } from "./in-turns.ts";
import { messagesInTurns, messagesOf } from "./messages.ts";
import { Remembered } from "./remembered.ts";
import { outdatedWritesOf, type OutdatedWrite } from "./outdated-writes.ts";
import { refusedWritesOf, type RefusedWrite } from "./refused-writes.ts";
import { breachesOf, faultsOf, gatherRun, type Breach, type RecordedRun, type Struck } from "./run.ts";
import { seenIn } from "./seen.ts";
import { lastAt } from "./sorted.ts";
import { turnsOf, type Turn } from "./turns.ts";

interface RecordedParts {
  messages: readonly Message[];
  leases: readonly LeaseLife[];
  changes: readonly KeyChange[];
  clocks: ReadonlyMap<string, readonly ClockMark[]>;
  faults: readonly Struck[];
  breaches: readonly Breach[];
  turns: readonly Turn[];
  refusedWrites: readonly RefusedWrite[];
  leaders: readonly Led[];
  outdatedWrites: readonly OutdatedWrite[];
  leasesById: ReadonlyMap<LeaseId, LeaseLife>;
  holdings: ReadonlyMap<number, readonly Holding[]>;
}

/** Each rests on those before it. */
const PARTS = ["seen", "changes", "clocks", "lanes", "leases", "turns", "outdatedWrites"] as const;

/** What a coordinator said of its lease. */
type Holding = Extract<Observation, { readonly type: "milestone" }>;

export class Reading extends Course {
  readonly run: RecordedRun;
  readonly #parts = new Remembered<RecordedParts>();

  constructor(run: RecordedRun) {
    super(run.header.scenario, () => seenIn(run));
    this.run = run;
  }

  /** It was told by logs: what no line tells is not known. */
  get byLogs(): boolean {
    return this.run.header.recorded === "logs";
  }

  /** In the order in which they were sent. */
  get messages(): readonly Message[] {
    return this.#parts.part("messages", () => messagesOf(this.run));
  }

  get leases(): readonly LeaseLife[] {
    return this.#parts.part("leases", () => leasesOf(this.run, this.messages));
  }

  /** Of the store's keys. */
  get changes(): readonly KeyChange[] {
    return this.#parts.part("changes", () => changesOf(this.run.events));
  }

  get clocks(): ReadonlyMap<string, readonly ClockMark[]> {
    return this.#parts.part("clocks", () => clocksOf(this.run));
  }

  get faults(): readonly Struck[] {
    return this.#parts.part("faults", () => faultsOf(this.run));
  }

  get breaches(): readonly Breach[] {
    return this.#parts.part("breaches", () => breachesOf(this.run));
  }

  get turns(): readonly Turn[] {
    return this.#parts.part("turns", () => turnsOf(this.run, this.lanes, this.messages, this.changes));
  }

  /** Metadata writes that etcd's guard refused when they arrived. */
  get refusedWrites(): readonly RefusedWrite[] {
    return this.#parts.part("refusedWrites", () => refusedWritesOf(this.run));
  }

  /** Which of etcd's several members leads, wherever that changes. */
  get leaders(): readonly Led[] {
    return this.#parts.part("leaders", () => leadersOf(this.run));
  }

  /** Writes under a token that was outdated when they reached etcd, refused or let in. */
  get outdatedWrites(): readonly OutdatedWrite[] {
    return this.#parts.part("outdatedWrites", () =>
      outdatedWritesOf(this.run, this.seen, this.messages, this.refusedWrites),
    );
  }

  /** Works out what most rests on, in turns: what a view shows is then at hand. */
  *inTurns(): InTurns<void> {
    this.#parts.keep("messages", yield* messagesInTurns(this.run));
    for (const part of PARTS) {
      yield;
      void this[part];
    }
  }

  /** The lease that the coordinator at that place last held, as it said itself. */
  leaseOf(node: number, at: number): LeaseId {
    return lastAt(this.#holdings.get(node) ?? [], at)?.leaseId ?? NO_LEASE;
  }

  /** When that coordinator's lease would end at etcd as things stood at `at`, true ms; undefined: it had none. */
  leaseEnd(node: number, at: number): number | undefined {
    const life = this.#leasesById.get(this.leaseOf(node, at));
    const leftMs = life === undefined ? undefined : leaseLeftMs(life, at);
    return leftMs === undefined ? undefined : at + leftMs;
  }

  get #leasesById(): ReadonlyMap<LeaseId, LeaseLife> {
    return this.#parts.part("leasesById", () => new Map(this.leases.map((life) => [life.id, life])));
  }

  get #holdings(): ReadonlyMap<number, readonly Holding[]> {
    return this.#parts.part("holdings", () => {
      const held = new Map<number, Holding[]>();
      for (const one of this.observations) {
        if (one.type !== "milestone" || one.leaseId === NO_LEASE) continue;
        const own = held.get(one.node);
        if (own === undefined) held.set(one.node, [one]);
        else own.push(one);
      }
      return held;
    });
  }
}

/** A reading of a trace's lines: header, events, end. Throws a RangeError if the first is no header. */
export function readRun(lines: Iterable<TraceLine>): Reading {
  return new Reading(gatherRun(lines));
}
