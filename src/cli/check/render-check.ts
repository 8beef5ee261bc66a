/** A check's result for people: the table of properties, and what a clean run says. */
import type { CaseOptions } from "../../../properties/case.ts";
import type { Tally } from "../../../properties/check.ts";
import { tellMargin } from "../../../properties/tell.ts";
import {
  failureRateBound,
  mayBeUnseen,
  tellMissing,
  tellNeed,
  verdictOf,
  withoutEffect,
  witnessesOf,
  type LeftOut,
} from "./verdict.ts";
import type { CheckResult } from "./runner.ts";
import { countOf, grouped } from "../../words/count.ts";
import { survivalOf, type Timing } from "../../../models/timing.ts";
import { CALM_NETWORK } from "../../simulation/scenario.ts";
import type { Terminal } from "../base/terminal.ts";
import { flow } from "../../words/cells.ts";

const LEGEND =
  "judged: runs that put the promise to the test · untested: nothing happened that could break it · " +
  "outside: the schedule breaks an assumption · open: the run ended too early to tell";

export function renderTable(
  tallies: readonly Tally[],
  cases: CaseOptions,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string {
  const heads = ["property", "verdict", "judged", "untested", "outside", "open", "witnesses"];
  const rows = tallies.map((tally) => {
    const verdict = verdictOf(tally, cases);
    const words = { holds: "holds", violated: "VIOLATED", none: "no verdict", untested: "not tested" }[
      verdict.type
    ];
    const witnesses = witnessesOf(tally, cases).filter(({ outOfReach }) => outOfReach === undefined);
    const seen = witnesses.filter(({ runs }) => runs > 0).length;
    return [
      tally.property,
      words,
      grouped(tally.judged),
      grouped(tally.untested),
      grouped(tally.outside),
      grouped(tally.inconclusive),
      witnesses.length === 0 ? "" : `${seen} of ${witnesses.length} seen`,
    ];
  });
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column >= 2 && column <= 5 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const painted = rows.map((row) => {
    const text = line(row);
    if (row[1] === "VIOLATED") return paint.red.bold(text);
    if (row[1] === "not tested") return paint.dim(text);
    return row[1] === "holds" ? text.replace("holds", paint.green("holds")) : paint.yellow(text);
  });
  const lacking = new Map<string, string[]>();
  for (const tally of tallies) {
    const verdict = verdictOf(tally, cases);
    if (verdict.type !== "none") continue;
    const why = tellMissing(verdict.missing, cases);
    lacking.set(why, [...(lacking.get(why) ?? []), tally.property]);
  }
  const reasons = [...lacking].map(([why, names]) => flow(`${names.join(", ")}: ${why}`, proseWidth, "  "));
  const legend = paint.dim(flow(LEGEND, proseWidth));
  return `${[
    paint.dim(line(heads)),
    ...painted,
    legend,
    ...renderOutOfReach(tallies, cases, proseWidth),
    ...renderUnseen(tallies, cases, proseWidth),
    ...(reasons.length > 0 ? ["", "No verdict, because", ...reasons] : []),
  ].join("\n")}\n`;
}

const NARROWED = "Never came about, and is not demanded of schedules that were narrowed down:";

/** What a property that holds has not been tried by. */
function renderOutOfReach(tallies: readonly Tally[], cases: CaseOptions, width: number): string[] {
  const witnesses = new Map<LeftOut, string[]>();
  for (const tally of tallies) {
    for (const { outOfReach, says } of witnessesOf(tally, cases)) {
      if (outOfReach === undefined) continue;
      witnesses.set(outOfReach, [...(witnesses.get(outOfReach) ?? []), `${tally.property}: ${says}`]);
    }
  }
  return [...witnesses].flatMap(([need, texts]) => [
    "",
    need === "narrowed" ? NARROWED : `Not looked for: ${tellNeed(need)}`,
    ...texts.map((witness) => flow(witness, width, "  ")),
  ]);
}

const UNSEEN =
  "Struck often, with no effect that could be seen; it is not demanded of schedules that were narrowed down:";

/** Which faults may have tried nothing. */
function renderUnseen(tallies: readonly Tally[], cases: CaseOptions, width: number): string[] {
  const kinds = mayBeUnseen(cases) ? new Set(tallies.flatMap((tally) => withoutEffect(tally, cases))) : [];
  const names = [...kinds];
  return names.length === 0 ? [] : ["", UNSEEN, flow(names.join(", "), width, "  ")];
}

/** Each witness with the number of runs in which it occurred. */
export function renderWitnesses(tallies: readonly Tally[], cases: CaseOptions): string {
  const lines = tallies.flatMap((tally) =>
    witnessesOf(tally, cases)
      .filter(({ outOfReach }) => outOfReach === undefined)
      .map(({ runs, says }) => `  ${grouped(runs).padStart(7)} × ${says} (${tally.property})`),
  );
  return `Witnesses, in runs:\n${lines.join("\n")}\n`;
}

export function renderStatement(
  { done, ended, tallies }: CheckResult,
  cases: CaseOptions,
  { proseWidth }: Pick<Terminal, "proseWidth">,
  /** Of the shipped election; a variant may have changed what follows from it. */
  shippedTiming?: Timing,
): string {
  const lines: string[] = [];
  for (const { property, worst } of tallies) {
    const margin = worst === undefined ? undefined : tellMargin(property, worst);
    if (margin !== undefined) lines.push(margin);
  }
  const told = tallies.map((tally) => ({ tally, verdict: verdictOf(tally, cases).type }));
  const clean = told.flatMap(({ tally, verdict }) => (verdict === "holds" ? [tally] : []));
  if (clean.length > 0 && told.every(({ verdict }) => verdict === "holds" || verdict === "untested")) {
    const fewest = Math.min(
      ...clean.filter((tally) => witnessesOf(tally, cases).length > 0).map(({ judged }) => judged),
      done,
    );
    lines.push(
      `No failure in at least ${grouped(fewest)} judged runs: with 95 % confidence fewer than ${percent(failureRateBound(fewest))} of ` +
        `schedules generated this way fail.`,
    );
    const untested = told.length - clean.length;
    if (untested > 0)
      lines.push(`This says nothing of ${countOf(untested, "promise")} of ${told.length}: not tested.`);
    if (shippedTiming !== undefined) lines.push(survivalText(shippedTiming));
  }
  if (ended === "time") lines.push(`Stopped at the time limit after ${grouped(done)} runs.`);
  if (ended === "interrupted")
    lines.push(`Interrupted after ${grouped(done)} runs; this is what they showed.`);
  if (ended === "bail") lines.push(`Stopped at the first failure, after ${grouped(done)} runs.`);
  return lines.map((line) => `${flow(line, proseWidth)}\n`).join("");
}

/** By the timing alone; `test/simulation/survival.test.ts` shows both edges. */
function survivalText(timing: Timing): string {
  const { lostRenewals, outageMs } = survivalOf(timing, 2 * CALM_NETWORK.delayMs);
  return (
    `By its timing, a TTL of ${timing.ttlMs / 1000} s outlives ${countOf(lostRenewals, "lost renewal")} in a row, ` +
    `and ${(outageMs / 1000).toFixed(1)} s without etcd.`
  );
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
