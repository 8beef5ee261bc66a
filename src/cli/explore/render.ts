/** What `leasehold explore` prints for people: a row for each space, and what it all means. */
import { FAULT_CLASSES, type Space } from "../../search/space.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { shipped } from "../../../models/variant.ts";
import { cellsOf, flow, pad } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import { countOf, grouped } from "../../words/count.ts";
import type { SlowestRecovery } from "../../search/recovery.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Terminal } from "../base/terminal.ts";
import { chartCoverage } from "./chart.ts";
import type { Explored } from "./runner.ts";

const WIDEST_FAULTS = 20;

/** What is the same of all spaces. */
export function renderHeadline(spaces: readonly Space[], promises: readonly string[]): string {
  const [first] = spaces;
  if (first === undefined) return "";
  const counts = [...new Set(spaces.map(({ coordinators }) => coordinators))];
  const { gridMs, ttlSeconds, variant, writes } = first;
  const who = variant === shipped ? "the shipped election" : `${variant.name} (${variant.summary})`;
  const parts = [
    counts.length > 1 ? `${counts.join(" or ")} coordinators` : countOf(counts[0] ?? 0, "coordinator"),
    `TTL ${ttlSeconds} s`,
    `grid ${writeDuration(gridMs)}`,
    ...(writes ? ["with writes"] : []),
  ];
  return `Exploring every state of ${who} (${parts.join(", ")}) for ${promises.join(", ")}`;
}

export function renderHeads({ paint }: Terminal): string {
  return `${paint.dim(line("faults", "verdict", "states", "frontier", "depth", "recovery", "seconds"))}\n`;
}

/** Whether nothing of what was asked was put to the test. */
export function saysNothing({ judged, untested }: Explored): boolean {
  return judged.every((name) => untested.includes(name));
}

function wordFor(one: Explored): string {
  switch (one.end.type) {
    case "violated":
      return "VIOLATED";
    case "open":
      return "open";
    case "closed":
      return one.judged.length === 0 ? "unjudged" : saysNothing(one) ? "untested" : "closed";
  }
}

export function renderRow(explored: Explored, { paint }: Terminal): string {
  const { end, reached, seconds: took, space } = explored;
  const { depth, frontier, states } = reached;
  const word = wordFor(explored);
  const left = end.type === "closed" ? "" : grouped(frontier);
  const recovery = recoveryOf(end);
  const within = recovery === undefined ? "" : seconds(recovery.slowestMs);
  const text = line(faultsText(space), word, grouped(states), left, String(depth), within, took.toFixed(1));
  if (end.type === "violated") return `${paint.red.bold(text)}\n`;
  return `${end.type === "open" ? paint.yellow(text) : text.replace("closed", paint.green("closed"))}\n`;
}

function recoveryOf(end: Explored["end"]): SlowestRecovery | undefined {
  return end.type === "closed" ? end.recovery : undefined;
}

function line(...[faults = "", verdict = "", ...numbers]: readonly string[]): string {
  const cells = numbers.map((text, at) => text.padStart([9, 8, 6, 9, 7][at] ?? 0));
  return [pad(faults, WIDEST_FAULTS), pad(verdict, 8), ...cells].join("  ").trimEnd();
}

/** What may go wrong, how often if more than once, and to how many if not to two. */
export function faultsText({ budget, coordinators, faults }: Space): string {
  const names = faults.length === 0 ? "none" : faults.join(",");
  return `${names}${budget > 1 ? ` ×${budget}` : ""}${coordinators === 2 ? "" : ` (${coordinators})`}`;
}

export function renderMeaning(
  all: readonly Explored[],
  notBegun: readonly Space[],
  { proseWidth }: Terminal,
): string {
  return meaningOfSpaces(all, notBegun)
    .map((text) => `${flow(text, proseWidth)}\n`)
    .join("");
}

/** One sentence for each kind of end, and what was not judged. */
export function meaningOfSpaces(all: readonly Explored[], notBegun: readonly Space[]): string[] {
  const lines: string[] = [];
  if (all.length === 0) lines.push("open: it was interrupted before any state was visited.");
  const violated = all.filter(({ end }) => end.type === "violated");
  if (violated.length > 0)
    lines.push(
      `violated: ${violated.map(({ space }) => faultsText(space)).join(", ")}; whatever else was asked of ${violated.length === 1 ? "it" : "them"} is not decided.`,
    );
  const closed = all.filter((one) => one.end.type === "closed" && !saysNothing(one));
  if (closed.length > 0) {
    const states = closed.reduce((sum, { reached }) => sum + reached.states, 0);
    const what = closed.length === 1 ? "" : ` in ${closed.length} spaces`;
    const where =
      closed.length === all.length
        ? "these bounds"
        : `the bounds of ${closed.map(({ space }) => faultsText(space)).join(", ")}`;
    lines.push(
      `closed: ${countOf(states, "state").replace(String(states), grouped(states))}${what}, no violation, for unbounded time: no run within ${where}, however long, breaks what was judged.`,
    );
  }
  const slowest = all
    .flatMap(({ end }) => recoveryOf(end) ?? [])
    .sort((one, other) => other.slowestMs - one.slowestMs)[0];
  if (slowest !== undefined)
    lines.push(
      `recovery: from every state without a fault in effect, if none strikes any more and anybody is left, somebody serves within ${seconds(slowest.slowestMs)}; ${seconds(slowest.boundMs)} are allowed.`,
    );
  lines.push(...openSpaces(all));
  if (notBegun.length > 0 && all.length > 0)
    lines.push(`not begun: ${notBegun.map(faultsText).join(", ")}; nothing is known of them.`);
  lines.push(...renderChart(all));
  const notJudged = bySaying(all, ({ end, outside, undecided }) => [
    ...outside.map(({ breaks, promise }) => `${promise} (assumes ${breaks.join(", ")})`),
    ...(end.type === "open" && end.promise === undefined && undecided.length > 0
      ? [`${undecided.join(", ")} (${undecided.length === 1 ? "shows" : "show"} when all states are known)`]
      : []),
  ]);
  for (const [what, where] of notJudged) lines.push(`not judged: ${what} with ${where.join(", ")}.`);
  const notTested = bySaying(all, ({ untested }) => (untested.length === 0 ? [] : [untested.join(", ")]));
  for (const [what, where] of notTested)
    lines.push(`not tested: ${what} with ${where.join(", ")}; no state visited there could have broken it.`);
  return lines;
}

const WHY_OPEN = {
  states: "stopped at --max-states",
  memory: "stopped at --max-memory",
  interrupted: "was interrupted",
  unconfirmed: "was not confirmed",
} as const;

/** Those that ended for one reason are told together; how many states they have is in the table. */
function openSpaces(all: readonly Explored[]): string[] {
  const lines = all.flatMap(({ end, space }) =>
    end.type === "open" && end.promise !== undefined
      ? `open: ${end.promise} is broken in ${faultsText(space)}, but by so little that the run which shows it is excused; a finer --grid may tell.`
      : [],
  );
  for (const isJudged of [true, false]) {
    const ends = bySaying(all, ({ end, judged }) =>
      end.type === "open" && end.promise === undefined && judged.length > 0 === isJudged
        ? [WHY_OPEN[end.why]]
        : [],
    );
    for (const [why, where] of ends) {
      const names = where.join(", ");
      const says = isJudged
        ? `${names} ${where.length === 1 ? "holds" : "hold"} for the states visited`
        : `of ${names} nothing is judged yet`;
      lines.push(
        `open: ${says}; ${where.length === 1 ? "it" : "each"} ${why}, and that says nothing of what lies beyond.`,
      );
    }
  }
  return lines;
}

/** What is said of spaces, and of which. */
function bySaying(
  all: readonly Explored[],
  says: (one: Explored) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const where = new Map<string, string[]>();
  for (const one of all)
    for (const what of says(one)) where.set(what, [...(where.get(what) ?? []), faultsText(one.space)]);
  return where;
}

/** How much of the chart was seen, of all that it has. */
function renderChart(all: readonly Explored[]): string[] {
  const [first] = all;
  if (first === undefined) return [];
  const { pairs, states } = chartCoverage(all);
  const rest = states.missing.length + pairs.missing.length === 0 ? "" : "; --chart names the rest";
  return [
    `chart: ${states.reached} of ${states.all} states reached, and ${pairs.reached} of ${pairs.all} pairs of a state and an event${rest}.`,
  ];
}

/** How to go on with what did not come to its end. */
export function renderGoingOn(folder: string, { paint }: Terminal): string {
  return `Go on:  ${paint.bold(`leasehold explore --resume ${shellWord(folder)}`)}\n`;
}

export function renderFaults({ paint, proseWidth }: Terminal): string {
  const width = Math.max(...FAULT_CLASSES.map(({ name }) => cellsOf(name)));
  return FAULT_CLASSES.map(({ name, says }) => {
    const text = flow(says, proseWidth - width - 2, " ".repeat(width + 2)).trimStart();
    return `${paint.bold(pad(name, width))}  ${text}\n`;
  }).join("");
}
