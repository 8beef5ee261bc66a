/**
 * One reading of a run: how everyone stood, the leases, the messages and their fate, who served since when, who took over and
 * within which bound, the turning points, and the story. Whoever shows or tells a run asks here; each part is worked out once,
 * when it is first asked for. A run read from a file and one simulated just now are read alike, from their recorded events.
 */
import { NO_LEASE, type LeaseId } from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { TraceLine } from "../trace/format.ts";
import { readObservation } from "../trace/meaning.ts";
import { clocksOf, type ClockMark } from "./clocks.ts";
import type { Entry } from "./entry.ts";
import { changesOf, type KeyChange } from "./keys.ts";
import { lanesOf, type Lane } from "./lanes.ts";
import { leaseLeftMs, leasesOf, type LeaseLife } from "./leases.ts";
import type { Message } from "./message.ts";
import { messagesOf } from "./messages.ts";
import { refusedWritesOf, type RefusedWrite } from "./refused-writes.ts";
import { breachesOf, faultsOf, gatherRun, type Breach, type RecordedRun, type Struck } from "./run.ts";
import { lastAt } from "./sorted.ts";
import { servingsOf, takeoversOf, type Serving, type Takeover } from "./takeovers.ts";
import { tellStory } from "./tell-story.ts";
import { turnsOf, type Turn } from "./turns.ts";

type Parts = {
  messages: readonly Message[];
  leases: readonly LeaseLife[];
  lanes: readonly Lane[];
  changes: readonly KeyChange[];
  clocks: ReadonlyMap<string, readonly ClockMark[]>;
  faults: readonly Struck[];
  breaches: readonly Breach[];
  turns: readonly Turn[];
  observations: readonly Observation[];
  servings: readonly Serving[];
  takeovers: readonly Takeover[];
  refusedWrites: readonly RefusedWrite[];
  story: readonly Entry[];
  leasesById: ReadonlyMap<LeaseId, LeaseLife>;
  holdings: ReadonlyMap<number, readonly Holding[]>;
};

/** What a coordinator said of its lease. */
type Holding = Extract<Observation, { readonly type: "milestone" }>;

export class Reading {
  readonly run: RecordedRun;
  readonly #known: Partial<Parts> = {};

  constructor(run: RecordedRun) {
    this.run = run;
  }

  get scenario(): Scenario {
    return this.run.header.scenario;
  }

  /** Everything that was seen, in order, as properties judge it. */
  get observations(): readonly Observation[] {
    return this.#part("observations", () => observationsOf(this.run));
  }

  /** In the order in which they were sent. */
  get messages(): readonly Message[] {
    return this.#part("messages", () => messagesOf(this.run));
  }

  get leases(): readonly LeaseLife[] {
    return this.#part("leases", () => leasesOf(this.run, this.messages));
  }

  /** One for each coordinator. */
  get lanes(): readonly Lane[] {
    return this.#part("lanes", () => lanesOf(this.run));
  }

  /** Of the store's keys. */
  get changes(): readonly KeyChange[] {
    return this.#part("changes", () => changesOf(this.run.events));
  }

  get clocks(): ReadonlyMap<string, readonly ClockMark[]> {
    return this.#part("clocks", () => clocksOf(this.run));
  }

  get faults(): readonly Struck[] {
    return this.#part("faults", () => faultsOf(this.run));
  }

  get breaches(): readonly Breach[] {
    return this.#part("breaches", () => breachesOf(this.run));
  }

  get turns(): readonly Turn[] {
    return this.#part("turns", () => turnsOf(this.run, this.lanes, this.messages, this.changes));
  }

  /** Stretches of serving, in the order in which they began. */
  get servings(): readonly Serving[] {
    return this.#part("servings", () => servingsOf(this.observations));
  }

  get takeovers(): readonly Takeover[] {
    return this.#part("takeovers", () => takeoversOf(this.scenario, this.observations, this.servings));
  }

  /** Metadata writes that etcd's guard refused when they arrived. */
  get refusedWrites(): readonly RefusedWrite[] {
    return this.#part("refusedWrites", () => refusedWritesOf(this.run));
  }

  /** What happened, lane by lane, in words. */
  get story(): readonly Entry[] {
    return this.#part("story", () => tellStory(this));
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
    return this.#part("leasesById", () => new Map(this.leases.map((life) => [life.id, life])));
  }

  get #holdings(): ReadonlyMap<number, readonly Holding[]> {
    return this.#part("holdings", () => {
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

  #part<Name extends keyof Parts>(name: Name, make: () => Parts[Name]): Parts[Name] {
    const known = this.#known[name] as Parts[Name] | undefined;
    return known ?? ((this.#known as Parts)[name] = make());
  }
}

/** A reading of a trace's lines: header, events, end. Throws a RangeError if the first is no header. */
export function readRun(lines: Iterable<TraceLine>): Reading {
  return new Reading(gatherRun(lines));
}

function observationsOf({ end, events, header }: RecordedRun): Observation[] {
  const { scenario } = header;
  // A coordinator's own recording does not say whose each is.
  const found = events.flatMap(({ at, node, seen = [] }) =>
    seen.map((one) => readObservation(one.node === undefined ? { ...one, node } : one, at, scenario)),
  );
  for (const one of end?.seen ?? []) found.push(readObservation(one, end?.at ?? 0, scenario));
  return found;
}
