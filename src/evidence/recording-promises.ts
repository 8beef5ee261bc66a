/**
 * The promises that one coordinator's recording can settle: how often it asked, how long it took to serve or to let go, how it stopped.
 * They are measured on its own clock, as its timers were. Each stretch without a gap is judged by itself.
 */
import { bounded } from "../../properties/bounded-requests.ts";
import { boundedActivation } from "../../properties/bounded-activation.ts";
import { cleanStop } from "../../properties/clean-stop.ts";
import type { Property } from "../../properties/property.ts";
import { stopBoundMs, type Timing } from "../../models/timing.ts";
import { timingOf } from "../simulation/scenario.ts";
import type { RecordedEvent, RecordingSource } from "./fact.ts";
import { findingIn, type PlacedObservation } from "./judge.ts";
import { violated } from "./store-promises.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** A timer that is due, or an answer that has come, is seen to by then. */
const LATE_MS = 1000;

/** `count` 0: nothing was there to be judged. `open`: the end of something is not there. */
interface Counted {
  readonly count: number;
  readonly open: boolean;
}

/** What was seen that such a verdict is about. */
interface Measure {
  readonly property: Property;
  /** What ends the matter, once its time is up. */
  readonly settles: (seen: RecordedEvent["seen"][number]) => boolean;
  /** Meanwhile a process that runs does something at least so often, ms; after a longer silence it may have stood still. */
  readonly quietMs: (timing: Timing) => number;
  /** So much it is given, awake, ms. */
  readonly boundMs: (timing: Timing) => number;
  /** What was judged if nothing was found. */
  readonly count: (events: readonly RecordedEvent[]) => Counted;
  readonly of: (count: number) => string;
}

const milestones = (...names: readonly string[]) => {
  const wanted = new Set(names);
  return (seen: RecordedEvent["seen"][number]): boolean =>
    seen.type === "ended" ||
    seen.type === "started" ||
    (seen.type === "milestone" && wanted.has(seen.milestone));
};
/** What was begun, how often it came to an end, and whether it was under way when the lines end. */
const pairs =
  (first: string, then: ReadonlySet<string>) =>
  (events: readonly RecordedEvent[]): Counted => {
    let open = false;
    let count = 0;
    for (const { seen } of events)
      for (const one of seen) {
        const name = one.type === "milestone" ? one.milestone : one.type;
        if (name === first) open = true;
        else if (open && then.has(name)) {
          open = false;
          count++;
        }
      }
    return { count, open };
  };

const MEASURES: readonly Measure[] = [
  {
    property: boundedActivation,
    settles: milestones("active", "lost", "stopping"),
    quietMs: ({ renewEveryMs, requestTimeoutMs }) => renewEveryMs + requestTimeoutMs,
    // Its timer went on while it stood still.
    boundMs: () => 0,
    count: pairs("won", new Set(["active", "lost"])),
    of: (count) => `${count === 1 ? "1 activation" : `${count} activations`}, by the recording's own clock`,
  },
  {
    property: bounded,
    settles: () => false,
    quietMs: () => Number.POSITIVE_INFINITY,
    boundMs: () => 0,
    count: (events) => ({
      count: events.reduce((sum, { seen }) => sum + seen.filter(({ type }) => type === "request").length, 0),
      open: false,
    }),
    of: (count) => `${count === 1 ? "1 request" : `${count} requests`}, by the recording's own clock`,
  },
  {
    property: cleanStop,
    settles: milestones("stopped", "leaseKept", "exited"),
    quietMs: ({ backOffJitterMs, backOffMs, requestTimeoutMs }) =>
      Math.max(backOffMs + backOffJitterMs, requestTimeoutMs),
    boundMs: stopBoundMs,
    count: pairs("stopping", new Set(["ended"])),
    of: (count) => `${count === 1 ? "1 stop" : `${count} stops`}, by the recording's own clock`,
  },
];

/** A verdict for each promise that these recordings say something of. */
export function judgeRecordings(recordings: readonly RecordingSource[]): EvidenceVerdict[] {
  return MEASURES.flatMap((measure) => {
    let count = 0;
    let open = false;
    const lines: RecordedEvent["place"][] = [];
    for (const source of recordings)
      for (const stretch of source.stretches) {
        const found = foundIn(measure, source, stretch);
        if (found === "unclear") return [];
        if (found !== undefined) return [found];
        const here = measure.count(stretch);
        const first = stretch[0];
        if (here.count > 0 && first !== undefined) lines.push(first.place);
        count += here.count;
        open = open || here.open;
      }
    // How what was under way came to its end, no line tells.
    if (count === 0 || open) return [];
    return [{ property: measure.property.name, type: "held", of: measure.of(count), lines }];
  });
}

function foundIn(
  measure: Measure,
  { name, scenario }: RecordingSource,
  stretch: readonly RecordedEvent[],
): EvidenceVerdict | "unclear" | undefined {
  const { property } = measure;
  // Older recordings do not say their limit, and it may have been any.
  if (property === boundedActivation && scenario.coordinators[0]?.activationLimitMs === undefined)
    return "unclear";
  const observed = stretch.flatMap(({ place, seen }) =>
    seen.map((observation): PlacedObservation => ({ place, observation })),
  );
  const found = findingIn(property, scenario, observed);
  if (found === undefined) return undefined;
  const last = observed[found.upTo];
  if (last === undefined) return "unclear";
  const isLate = found.finding.at < last.observation.at;
  if (isLate && !wasAwake(stretch, found.finding.at, timingOf(scenario, 0), measure)) return "unclear";
  const due = stretch.findLast(({ at }) => at <= found.finding.at)?.place;
  const lines = isLate && due !== undefined ? [due, last.place] : [last.place];
  return violated(property, { finding: found.finding, lines }, { nameOf: () => name }, "");
}

/**
 * Whether it was awake for all the time that it is given and went on after `dueAt`, without what it should have done: one that stood
 * still can do nothing.
 */
function wasAwake(
  stretch: readonly RecordedEvent[],
  dueAt: number,
  timing: Timing,
  { boundMs, quietMs, settles }: Measure,
): boolean {
  const mostQuietMs = quietMs(timing) + LATE_MS;
  const isSettled = ({ at, seen }: RecordedEvent): boolean => at > dueAt && seen.some(settles);
  const end = stretch.findIndex(isSettled);
  const busy = end < 0 ? stretch : stretch.slice(0, end);
  const last = busy.at(-1)?.at ?? 0;
  const woke = busy.findLast(({ at }, index) => at - (busy[index - 1]?.at ?? 0) > mostQuietMs)?.at ?? 0;
  const from = Math.max(woke + boundMs(timing), dueAt);
  return last - from > LATE_MS;
}
