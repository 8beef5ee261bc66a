/**
 * Tolerant replay, for when the code has changed since: the scenario and each decision by meaning, run by this version,
 * and what became of the violation. Divergence is no failure of the replay; it is what the replay is asked for.
 */
import { VERSION } from "../version.ts";
import type { Variant } from "../../models/variant.ts";
import { executeNoting } from "../simulation/execute.ts";
import { adoptedMakers, createSetup, type ProcessMakers } from "../simulation/setup.ts";
import { decided } from "../simulation/scheduler.ts";
import { because, type Because } from "./because.ts";
import { type MeantDecision, byMeaning, byNumber } from "../simulation/meant-decisions.ts";
import { differenceOf } from "../trace/difference.ts";
import { type TraceEnd, type TraceHeader, type TraceLine, type TraceVerdict } from "../trace/format.ts";
import { TraceReader, type Lines, type TraceFault } from "../trace/read.ts";
import { recordRun } from "./record.ts";
import type { Sink } from "../trace/trace-writer.ts";
import { missingKind, readHeader, type Divergence } from "./replay.ts";
import { upgradeLine } from "../trace/upgrade.ts";

/**
 * `reproduced`: the property that the trace is about is violated again. `fixed`: it is not, although every decision found
 * its question and the property applies. `same`: the trace has no violation, and nothing differs. `diverged`: something
 * differs and nothing can be said about a violation.
 */
export type ReplayOutcome = "reproduced" | "fixed" | "same" | "diverged";

/** What a replay by meaning found. */
export interface TolerantReplay {
  readonly outcome: ReplayOutcome;
  readonly header: TraceHeader;
  /** The run's end as it is now. */
  readonly end: TraceEnd;
  readonly divergence: Divergence | undefined;
  readonly because: Because | undefined;
  /** Decisions to whose question the run never came. */
  readonly unmet: readonly MeantDecision[];
}

/** The header as this version would write it: decisions by their numbers here. */
export interface Understanding {
  readonly header: TraceHeader;
  readonly unmet: readonly MeantDecision[];
}

/** A decision may have moved by as much as a renewal, a third of the TTL. */
const WINDOW = 1 / 3;

/** Finds out which questions the decisions of `header` answer in this version. Costs a run if there are any. */
export function understand(
  header: TraceHeader,
  variant: Variant,
  makers: ProcessMakers = adoptedMakers(),
): Understanding {
  const own = { ...header, package: VERSION, variant: variant.name };
  if (header.decisions.length === 0) return { header: own, unmet: [] };
  const setup = createSetup(header.scenario, variant, { makers });
  const windowMs = header.scenario.ttlSeconds * 1000 * WINDOW;
  let unmet: () => readonly MeantDecision[] = () => [];
  const { decisions } = executeNoting(setup, {
    scheduler(now) {
      const understood = byMeaning(header.decisions, setup, now, windowMs);
      ({ unmet } = understood);
      return understood.scheduler;
    },
  });
  return { header: { ...own, decisions }, unmet: unmet() };
}

/** What becomes of a trace's case under a variant, its events aside. */
export interface Again {
  readonly outcome: ReplayOutcome;
  /** Of the property that the trace is about; undefined: it is about none. */
  readonly verdict: TraceVerdict | undefined;
  /** All properties that it breaks. */
  readonly broken: readonly string[];
  readonly unmet: readonly MeantDecision[];
}

/** A header as a file or a saved test has it, of whatever version up to this one. */
export interface KeptHeader {
  readonly type: "header";
  readonly schemaVersion: number;
}

/** Runs the case of `kept` by meaning under `variant`: what a kept case is asked again and again. */
export function judgeAgain(
  kept: KeptHeader,
  variant: Variant,
  makers: ProcessMakers = adoptedMakers(),
): Again {
  const header = upgradeLine(kept, kept.schemaVersion) as TraceHeader;
  const { header: own, unmet } = understand(header, variant, makers);
  const scheduler = decided(byNumber(own.decisions));
  const end = recordRun(own, { variant, makers, scheduler, sink: () => undefined });
  const verdict = end.verdicts.find(({ property }) => property === header.property);
  return {
    outcome: outcomeOf(header, end, { divergence: undefined, unmet, wasBroken: true }),
    verdict,
    broken: end.verdicts.flatMap((one) => (one.verdict === "violated" ? [one.property] : [])),
    unmet,
  };
}

/** Replays the trace whose lines are `lines` by meaning under `variant`; `sink` takes the run's own trace, if wanted: costs a run more. */
export function replayTolerantly(
  lines: Lines,
  variant: Variant,
  { makers = adoptedMakers(), sink }: { readonly makers?: ProcessMakers; readonly sink?: Sink } = {},
): TolerantReplay | TraceFault {
  const reader = new TraceReader(lines);
  const recordedHeader = readHeader(reader);
  if ("what" in recordedHeader) return recordedHeader;
  const missing = missingKind(recordedHeader, makers);
  if (missing !== undefined) return missing;
  const { header, unmet } = understand(recordedHeader, variant, makers);
  let trouble: TraceFault | undefined;
  let over = false;
  let divergence: Divergence | undefined;
  let wasBroken = false;
  /** The next line of the file; undefined: none is left, or the file is in trouble. */
  const pull = (own?: { text: string; line: TraceLine }): TraceLine | undefined => {
    const reading = reader.next(own);
    if (reading.type === "line") {
      const { line } = reading;
      if (line.type === "end") wasBroken = verdictOf(recordedHeader, line)?.verdict === "violated";
      return line;
    }
    over = true;
    if (reading.type === "trouble") ({ trouble } = reading);
    return undefined;
  };
  const end = recordRun(header, {
    variant,
    makers,
    scheduler: decided(byNumber(header.decisions)),
    sink(text, line) {
      if (line.type === "header" || divergence !== undefined || over) return;
      divergence = diverges(pull({ text, line }), line);
    },
  });
  // The rest of the file is read all the same: what is cut off or pasted behind must not go unnoticed.
  while (!over) pull();
  if (trouble !== undefined) return trouble;
  // Only now is it known what the new trace is about.
  if (sink !== undefined)
    recordRun(withViolationOf(end, header), {
      variant,
      makers,
      scheduler: decided(byNumber(header.decisions)),
      sink,
    });
  const why = divergence === undefined ? undefined : because(divergence, unmet);
  const outcome = outcomeOf(recordedHeader, end, { divergence, unmet, wasBroken });
  return { outcome, header, end, divergence, because: why, unmet };
}

function diverges(recorded: TraceLine | undefined, replayed: TraceLine): Divergence | undefined {
  if (recorded === undefined) return undefined;
  const difference = differenceOf(recorded, replayed);
  if (difference === undefined) return undefined;
  const n =
    "n" in replayed
      ? replayed.n
      : "n" in recorded
        ? recorded.n
        : "events" in recorded
          ? recorded.events + 1
          : 0;
  return { ...difference, n, recordedLine: recorded, replayedLine: replayed };
}

/** The header with the violation that the run has now, which may be none. */
function withViolationOf(end: TraceEnd, header: TraceHeader): TraceHeader {
  const { violation, ...rest } = header;
  const now = verdictOf(header, end)?.violation;
  if (now === undefined) return rest;
  return violation === undefined ? { ...rest, violation: now } : { ...header, violation: now };
}

/** What the end says of the property that the trace is about. */
function verdictOf({ property }: TraceHeader, { verdicts }: TraceEnd): TraceVerdict | undefined {
  return verdicts.find((one) => one.property === property);
}

/** What became of the recorded run. */
interface Found {
  readonly divergence: Divergence | undefined;
  readonly unmet: readonly MeantDecision[];
  /** The property was violated in it. */
  readonly wasBroken: boolean;
}

function outcomeOf(
  header: TraceHeader,
  end: TraceEnd,
  { divergence, unmet, wasBroken }: Found,
): ReplayOutcome {
  // Nothing comes back, and nothing is mended, that was not broken.
  if (header.property === undefined || !wasBroken) return divergence === undefined ? "same" : "diverged";
  const verdict = verdictOf(header, end)?.verdict;
  if (verdict === "violated") return "reproduced";
  return verdict === "holds" && unmet.length === 0 ? "fixed" : "diverged";
}
