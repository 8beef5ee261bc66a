/** Two traces beside each other, for people: how they began, where they part, and what followed on either side. */
import { consequencesOf, Teller } from "../../trace/words.ts";
import { seconds } from "../../words/seconds.ts";
import type { Pairing, TraceDiff, TurningPoint, WholeTrace } from "../../trace/diff.ts";
import type { TraceEvent } from "../../trace/format.ts";
import { grouped, nounFor } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import { pad, wrap } from "../../words/cells.ts";

interface Side {
  readonly file: string;
  readonly trace: WholeTrace;
}

export interface DiffView {
  readonly found: TraceDiff;
  readonly left: Side;
  readonly right: Side;
}

const MOST_TURNS = 12;
const GAP = 3;

export function renderDiff({ found, left, right }: DiffView, { paint, width }: Terminal): string {
  const half = Math.floor((width - GAP) / 2);
  const row = (one: string, other: string): string =>
    `${pad(one, half)}${" ".repeat(GAP)}${pad(other, half)}`.trimEnd();
  const rows = (ones: readonly string[], others: readonly string[]): string[] =>
    Array.from({ length: Math.max(ones.length, others.length) }, (_, at) =>
      row(ones[at] ?? "", others[at] ?? ""),
    );
  const { common, first, followed, given, onlyLeft, onlyRight } = found;
  const lines = [
    paint.bold(row(left.file, right.file)),
    row(describe(left), describe(right)),
    "",
    given.length === 0 ? "Both were given the same." : `They were given another ${given.join(" and ")}.`,
    `${grouped(common)} ${nounFor(common, "event")} in common, ${grouped(onlyLeft)} only left, ${grouped(onlyRight)} only right.`,
  ];
  if (first === undefined) return `${[...lines, paint.green("They tell the same.")].join("\n")}\n`;
  return `${[
    ...lines,
    "",
    paint.yellow.bold(`They part at ${partAt(first)}`),
    ...rows(wrapped(first.left, half, left.trace), wrapped(first.right, half, right.trace)),
    "",
    paint.bold("What followed"),
    ...rows(turnLines(followed.left), turnLines(followed.right)),
    "",
    ...rows(verdictLines(left.trace), verdictLines(right.trace)).map((line) => paint.bold(line)),
  ].join("\n")}\n`;
}

function partAt({ left, right }: Pairing): string {
  return seconds(Math.min(left?.at ?? Infinity, right?.at ?? Infinity));
}

function describe({ trace: { end, header } }: Side): string {
  return `${header.variant}, ${grouped(end.events)} events, ${seconds(end.at)}`;
}

/** One event in words; it is told after all before it, so that only what changed is named. */
function wrapped(event: TraceEvent | undefined, width: number, { events }: WholeTrace): string[] {
  if (event === undefined) return ["nothing more"];
  const teller = new Teller();
  for (const before of events) {
    if (before.n >= event.n) break;
    teller.tell(before);
  }
  const words = teller.tell(event);
  return [`${seconds(event.at)}  ${event.node}`, words.cause, ...consequencesOf(words)].flatMap((line, at) =>
    wrap(line, width - 2).map((part) => (at === 0 ? part : `  ${part}`)),
  );
}

function turnLines(turns: readonly TurningPoint[]): string[] {
  const shown = turns
    .slice(0, MOST_TURNS)
    .map(({ at, node, what }) => `${seconds(at).padStart(11)}  ${node} ${what}`);
  if (turns.length > MOST_TURNS) shown.push(`… ${turns.length - MOST_TURNS} more`);
  return shown.length === 0 ? ["nothing"] : shown;
}

function verdictLines({ end }: WholeTrace): string[] {
  const violated = end.verdicts.filter(({ verdict }) => verdict === "violated");
  if (violated.length === 0) return ["no property is violated"];
  return violated.map(
    ({ property, violation }) => `${property} violated at ${seconds(violation?.at ?? end.at)}`,
  );
}
