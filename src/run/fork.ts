/**
 * A fork: the same run up to an instant, and then one more fault. It is a trace header like any other (scenario and
 * decisions), so it can be stepped through, forked again, written and replayed.
 *
 * Nothing before the fault's instant changes. The fault strikes when nothing else happens, so nobody asks who comes first
 * and every question before it keeps its number. Later decisions are given by meaning: other questions may come there.
 */
import { VERSION } from "../version.ts";
import type { Variant } from "../../models/variant.ts";
import { createSetup, type ProcessMakers } from "../simulation/setup.ts";
import { contradicted, outageEnd } from "../simulation/effects.ts";
import type { Fault } from "../simulation/fault.ts";
import { executeNoting } from "../simulation/execute.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided } from "../simulation/scheduler.ts";
import type { World } from "../simulation/world.ts";
import { type MeantDecision, byMeaning, byNumber } from "../simulation/meant-decisions.ts";
import { FORMAT, SCHEMA_VERSION, type StopsAt, type TraceHeader } from "../trace/format.ts";
import { seconds } from "../words/seconds.ts";

/** A run that can be forked. Events are counted from 1; position 0 is before the first. */
export interface Forkable {
  readonly header: TraceHeader;
  readonly variant: Variant;
  readonly makers: ProcessMakers;
  readonly events: number;
  readonly endAt: number;
  readonly ended: StopsAt;
  /** Of event `n`; the beginning for 0. */
  instantOf(n: number): number;
  /** The last event up to and including `at`; 0: none. */
  eventAt(at: number): number;
  /** How the world stood after event `n`. Never to be run on. */
  worldAt(n: number): World;
}

/** Where a fork leaves its parent. */
export interface ForkPoint {
  /** The last event that both share. */
  readonly n: number;
  /** When the fault strikes, ms. */
  readonly atMs: number;
}

/** A later decision may have moved by as much as a renewal, a third of the TTL. */
const WINDOW = 1 / 3;

/**
 * The first instant from `at` on, after event `n`, at which a fault meets nothing else: after all that happens at the very
 * instant of event `n`, and a millisecond later where there is room. A text: why there is none. `fault`: what is to strike.
 */
export function forkPoint(history: Forkable, n: number, at: number, fault?: Fault): ForkPoint | string {
  if (history.header.recorded !== undefined)
    return "it was recorded, and its clients are not here: leasehold ctl fork goes on from a state of a served etcd";
  const { endAt, ended } = history;
  const instant = Math.max(at, history.instantOf(n));
  const last = history.eventAt(instant);
  if (last === history.events && ended === "violation")
    return "the run ends at this violation: step back to before it";
  const next = nextAfter(history.worldAt(last), instant);
  const taken =
    instant === history.instantOf(last) || history.worldAt(last).timeline.instants.includes(instant);
  const room = instant + 1 < next ? instant + 1 : (instant + next) / 2;
  const atMs = taken ? room : instant;
  if (atMs >= endAt) return "the run is over here: step back";
  if (atMs <= instant && taken) return "there is not an instant between this event and the next";
  const clash = fault === undefined ? undefined : clashOf(history, { ...fault, atMs });
  return clash ?? { n: last, atMs };
}

/** Why a scenario file could not say so; undefined: it could. */
function clashOf({ header }: Forkable, fault: Fault): string | undefined {
  const { etcd, faults } = header.scenario;
  const other = contradicted(fault, faults, etcd.clockRate);
  if (other === undefined) return undefined;
  const span = `from ${seconds(other.atMs)} to ${seconds(outageEnd(other, etcd.clockRate) ?? other.atMs)}`;
  return `the ${fault.type} would overlap or touch the ${other.type}: etcd is not itself ${span}`;
}

function nextAfter({ timeline }: World, instant: number): number {
  return timeline.instants.reduce(
    (least, one) => (one > instant && one < least ? one : least),
    Number.POSITIVE_INFINITY,
  );
}

/** The header of `history`'s run with one more fault at `point`, by this version. */
export function forkHeader(history: Forkable, point: ForkPoint, fault: Fault): TraceHeader {
  const { decisions, scenario } = history.header;
  const faults = [...scenario.faults, { ...fault, atMs: point.atMs }];
  const forked = headerOf(history, { ...scenario, faults }, decisions);
  return { ...forked, decisions: decisionsOf(history, forked, history.worldAt(point.n).asked) };
}

/** The header of `history`'s run where one question is answered otherwise, by this version. */
export function chosenHeader(history: Forkable, choice: MeantDecision): TraceHeader {
  const { decisions, scenario } = history.header;
  const others = decisions.filter(({ index }) => index !== choice.index);
  const forked = headerOf(history, scenario, [...others, choice]);
  return { ...forked, decisions: decisionsOf(history, forked, choice.index + 1) };
}

function headerOf(
  { header: { property, stop, variant } }: Forkable,
  scenario: Scenario,
  decisions: readonly MeantDecision[],
): TraceHeader {
  return {
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant,
    scenario,
    decisions,
    ...(stop === undefined ? {} : { stop }),
    ...(property === undefined ? {} : { property }),
  };
}

/** `asked`: how many questions came before the fork. */
function decisionsOf(history: Forkable, forked: TraceHeader, asked: number): readonly MeantDecision[] {
  const { decisions, scenario } = forked;
  const early = decisions.filter(({ index }) => index < asked);
  if (early.length === decisions.length) return decisions;
  // Without ordinals: each goes to the first question of its meaning from its instant on.
  const late = decisions.filter(({ index }) => index >= asked).map(({ ordinal: _, ...rest }) => rest);
  const byNumbers = decided(byNumber(early));
  const setup = createSetup(scenario, history.variant, { makers: history.makers });
  return executeNoting(setup, {
    scheduler(now) {
      const { scheduler } = byMeaning(late, setup, now, scenario.ttlSeconds * 1000 * WINDOW);
      return {
        choose: (index, question) => (index < asked ? byNumbers : scheduler).choose(index, question),
      };
    },
  }).decisions;
}
