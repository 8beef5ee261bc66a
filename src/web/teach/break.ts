/**
 * What could break this? The smallest adversity, from an instant on, under which a promise is violated that was kept: every fault that
 * a menu offers is tried at many instants, alone and then with a second one, and each run is judged by the promises.
 */
import { contradictory } from "../../simulation/effects.ts";
import { kindsFor, type Fault } from "../../simulation/fault.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { recordRun } from "../../run/record.ts";
import type { TraceEnd, TraceHeader, TraceLine } from "../../trace/format.ts";
import { byNumber } from "../../simulation/meant-decisions.ts";
import { decided } from "../../simulation/scheduler.ts";
import { recorded, knownVariant } from "./recorder.ts";

/** `runs`: so many were tried. */
export type Breakage =
  | {
      readonly type: "found";
      readonly faults: readonly Fault[];
      readonly property: string;
      readonly runs: number;
    }
  | { readonly type: "none"; readonly runs: number };

/** One fault is tried at so many instants, the first of two at so many. */
const INSTANTS = 12;
const FIRST_OF_TWO = 3;
/** More would take longer than anybody waits. */
const MOST_RUNS = 1400;
/** Instants are sought for so many TTLs from here on. */
const TTLS = 1.5;

/** `progress`: told how much is done, 0 to 1. */
export function whatBreaks(header: TraceHeader, at: number, progress: (part: number) => void): Breakage {
  const lines = recorded(header);
  const kept = keptIn(lines.at(-1) as TraceEnd);
  const instants = instantsAfter(lines, at, header.scenario.ttlSeconds * 1000 * TTLS);
  const cases = casesOf(header, instants);
  for (const [runs, faults] of cases.entries()) {
    progress(runs / cases.length);
    const broken = violatedIn(endOf(header, faults)).find((property) => kept.has(property));
    if (broken !== undefined) return { type: "found", faults, property: broken, runs: runs + 1 };
  }
  return { type: "none", runs: cases.length };
}

/** The smallest first: one fault everywhere, then two. */
function casesOf({ scenario }: TraceHeader, instants: readonly number[]): readonly (readonly Fault[])[] {
  const possible = (faults: readonly Fault[]): boolean =>
    !contradictory([...scenario.faults, ...faults], scenario.etcd.clockRate);
  const menu = scenario.coordinators.flatMap(({ name }, place) => menuFor(name, scenario, place === 0));
  const one = instants.flatMap((atMs) => menu.map((fault): Fault[] => [{ ...fault, atMs }]));
  const two = instants.slice(0, FIRST_OF_TWO).flatMap((first, index) =>
    instants.slice(index + 1).flatMap((second) =>
      menu.flatMap((left) =>
        menu.map((right): Fault[] => [
          { ...left, atMs: first },
          { ...right, atMs: second },
        ]),
      ),
    ),
  );
  const room = Math.max(0, MOST_RUNS - one.length);
  const step = Math.max(1, Math.floor(two.length / Math.max(1, room)));
  // Of the many pairs some, evenly.
  return [...one, ...two.filter((_, index) => index % step === 0)].filter(possible).slice(0, MOST_RUNS);
}

/** `etcd`: whether what befalls etcd is among it; it is the same for everybody. */
function menuFor(on: string, { etcd: { members }, ttlSeconds }: Scenario, etcd: boolean): Fault[] {
  const aim = { on, longMs: ttlSeconds * 1000 + 10_000, purpose: "write" } as const;
  return kindsFor(members)
    .filter(({ fields, strikes }) => strikes === "coordinator" || etcd || "on" in fields)
    .flatMap((kind) =>
      kind.offers(aim).map(({ fault }) => ({ type: kind.name, atMs: 0, ...fault }) as Fault),
    );
}

/** Where nothing else happens: at once, and after what happens next, thinned evenly. */
function instantsAfter(lines: readonly TraceLine[], from: number, spanMs: number): number[] {
  const events = lines.flatMap((line) => (line.type === "event" ? [line.at] : []));
  const all = [...new Set(events)].filter((at) => at >= from && at <= from + spanMs);
  const gaps = [from, ...all].flatMap((at, index, those) => {
    const next = those[index + 1] ?? at + 2;
    return next - at < 0.01 ? [] : [at + Math.min(1, (next - at) / 2)];
  });
  const step = Math.max(1, gaps.length / INSTANTS);
  return gaps.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

function keptIn({ verdicts }: TraceEnd): ReadonlySet<string> {
  return new Set(verdicts.flatMap(({ property, verdict }) => (verdict === "violated" ? [] : [property])));
}

function violatedIn({ verdicts }: TraceEnd): string[] {
  return verdicts.flatMap(({ property, verdict }) => (verdict === "violated" ? [property] : []));
}

function endOf(header: TraceHeader, more: readonly Fault[]): TraceEnd {
  const { scenario } = header;
  const changed = { ...header, scenario: { ...scenario, faults: [...scenario.faults, ...more] } };
  return recordRun(changed, {
    variant: knownVariant(header),
    scheduler: decided(byNumber(header.decisions)),
    sink: () => undefined,
  });
}
