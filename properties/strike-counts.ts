/**
 * How often each kind of fault began in a check, and how often its effect was seen: one that began often and hardly ever had any tests
 * nothing.
 */
import { FAULT_KINDS, type Fault } from "../src/simulation/fault.ts";

/** Answers of the scheduler that are no fates of messages; `answers.ts` counts them. */
export const ANSWERS = ["order", "jitter"] as const;

/**
 * What an effect is looked for of: a partition's by its direction, that of what befalls messages by their leg, and, where it befalls several, once more
 * by its second; that of a stop which ends in a kill; and of whoever stood still or was cut off, that it is told all the same of what it watches. Whether a watch event that is lost or late would have been of use is not seen.
 */
export const STRIKES: readonly string[] = [
  ...FAULT_KINDS.flatMap(({ fields, name }) => {
    const { count, direction, graceMs, leg } = fields;
    if (direction?.type === "choice")
      return [...Object.keys(direction.words).map((way) => `${name} ${way}`), `${name} heard`];
    const legs = leg === undefined ? [name] : [`${name} request`, `${name} reply`];
    if (count !== undefined) return [...legs, `${name} again`];
    if (name === "pause") return [name, "pause heard"];
    return graceMs === undefined ? legs : [name, `${name} in grace`];
  }),
  ...ANSWERS,
];

/** Begun so often, a fault must have had its effect in some part of the cases; a coincidence may look like one. */
const MOST_IN_VAIN = 100;
const LEAST_EFFECTIVE = 0.04;

/**
 * Drawn seldom, and seen by its effect in three cases of ten and more: that at most one of 40 has it is a chance of one in 50,000.
 */
const SURE: ReadonlySet<string> = new Set([
  ..."stepClock takeId sicken memberDown memberCut memberFrozen memberLags memberApart".split(" "),
  "pause heard",
  "partition heard",
]);
const MOST_OF_SURE = 40;

/** Seen by its effect in one case of ten: of so many, fewer than one in 25 have it by chance in one check of 2 000. */
const SELDOM = "muteWatch";
const MOST_OF_SELDOM = 250;

/** So often such a fault begins before it can be said that it has no effect. */
export function mostInVain(strike: string): number {
  if (strike === SELDOM) return MOST_OF_SELDOM;
  return SURE.has(strike) ? MOST_OF_SURE : MOST_IN_VAIN;
}

/** How often each of {@link STRIKES} began, and how often its effect was seen. */
export interface StrikeCounts {
  readonly begun: number[];
  readonly effective: number[];
}

export function noneStruck(): StrikeCounts {
  return { begun: STRIKES.map(() => 0), effective: STRIKES.map(() => 0) };
}

export function addStruck(into: StrikeCounts, more: StrikeCounts): void {
  more.begun.forEach((count, at) => (into.begun[at] = (into.begun[at] ?? 0) + count));
  more.effective.forEach((count, at) => (into.effective[at] = (into.effective[at] ?? 0) + count));
}

/** In so many runs of everything that is drawn every kind of answer is asked for. */
const RUNS_FOR_ANSWERS = 4000;

/**
 * The kinds that began often enough and hardly ever had an effect. `runs`: of everything that is drawn, in which the kinds of answers must
 * have been asked for at all; 0: some of it.
 */
export function inVain({ begun, effective }: StrikeCounts, runs = 0): string[] {
  // Beside promises about the simulation itself nothing is counted.
  const asks = runs >= RUNS_FOR_ANSWERS && begun.some((times) => times > 0);
  return STRIKES.filter((strike, at) => {
    const times = begun[at] ?? 0;
    const never = times === 0 && asks && ANSWERS.some((one) => one === strike);
    return never || (times >= mostInVain(strike) && (effective[at] ?? 0) < LEAST_EFFECTIVE * times);
  });
}

/** What it is counted as. */
export function strikeOf(fault: Fault): string {
  if ("direction" in fault) return `${fault.type} ${fault.direction}`;
  if ("leg" in fault) return `${fault.type} ${fault.leg}`;
  return "graceMs" in fault ? `${fault.type} in grace` : fault.type;
}
