/** What the evidence says, for people: what was read, who was who, and a verdict for each promise with its lines. */
import type { ChalkInstance } from "chalk";
import { placeText, type EvidenceSource, type LineCount, type LinePlace } from "../../evidence/fact.ts";
import { membersIn, productOf } from "../../evidence/participants.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";
import { flow } from "../../words/cells.ts";
import { countOf, grouped, nounFor } from "../../words/count.ts";
import { logInstant } from "../../milvus/log-format.ts";
import { timelineOf, type LoggedStep } from "../../evidence/timeline.ts";
import { seconds } from "../../words/seconds.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Validation } from "./document.ts";

/** As many lines of a proof are named; the document has all. */
const MOST_PLACES = 6;
const WORD_WIDTH = 16;

export function renderValidation(
  view: Validation,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string {
  const { election, evidence, verdicts } = view;
  const lines = [...headLines(view), ""];
  if (!election)
    return [...lines, paint.yellow("No election evidence: no line of it is about an election."), ""].join(
      "\n",
    );
  lines.push(
    paint.bold("Who was who"),
    ...evidence.sources.flatMap(sourceLines),
    "",
    ...stepLines(evidence.sources, paint),
    paint.bold("The promises"),
  );
  const order = ["violated", "held", "cannot be told"];
  const sorted = verdicts.toSorted((left, right) => order.indexOf(left.type) - order.indexOf(right.type));
  for (const verdict of sorted) lines.push(...verdictLines(verdict, paint, proseWidth));
  return [...lines, "", conclusion(verdicts, paint), ""].join("\n");
}

function headLines({ evidence }: Validation): string[] {
  const all: LineCount = { used: 0, skipped: 0, notUnderstood: 0 };
  for (const count of evidence.counts.values()) {
    all.used += count.used;
    all.skipped += count.skipped;
    all.notUnderstood += count.notUnderstood;
  }
  const files = [...evidence.counts].map(([file, count]) => `  ${file}: ${countText(count)}`);
  return [
    `${countOf(evidence.counts.size, "file")}: ${countText(all)}`,
    ...(files.length > 1 ? files : []),
    ...(evidence.copies === 0
      ? []
      : [`  ${countOf(evidence.copies, "line")} copied from one file to another, counted once`]),
    ...(evidence.cutLines === 0
      ? []
      : [`  ${countOf(evidence.cutLines, "line")} that break off, read as far as they go`]),
  ];
}

function countText({ notUnderstood, skipped, used }: LineCount): string {
  return `${grouped(used)} ${nounFor(used, "line")} used, ${grouped(skipped)} about other things, ${grouped(notUnderstood)} not understood`;
}

function sourceLines(source: EvidenceSource): string[] {
  if (source.type === "store")
    return [`  ${source.name}: etcd itself, ${countOf(source.facts.length, "change")}`];
  if (source.type === "recording") {
    const gaps = source.stretches.length - 1;
    const role = source.scenario.coordinators[0]?.role ?? "";
    const events = countOf(source.stretches.flat().length, "event");
    return [
      `  ${source.name}: a recording of ${role}, ${events}${gaps > 0 ? `, ${countOf(gaps, "gap")}` : ""}`,
    ];
  }
  const members = membersIn(source).map(
    ({ role, serverId }) =>
      `${role ?? "a role that is not told"}${serverId === undefined ? "" : `, server id ${serverId}`}`,
  );
  return [
    `  ${source.name}: ${productOf(source)}`,
    ...[...new Set(members)].map((member) => `    ${member}`),
  ];
}

const STEP_WORDS: Readonly<Record<LoggedStep["milestone"], string>> = {
  starting: "starts",
  identified: "draws its server id",
  registered: "registered",
  standby: "stands by",
  campaigning: "campaigns",
  outrun: "finds the role taken",
  watching: "watches the active key",
  vacancy: "sees the active key gone",
  won: "WON the role",
  prepare: "has loaded the metadata",
  active: "serves",
  deposed: "serves no more",
  lost: "lost its membership",
  stopping: "is stopping",
  stopped: "has stopped",
  exited: "leaves",
  gaveUp: "gives up",
  leaseKept: "stopped, its lease runs on",
  leaving: "ends itself",
};

/** As many steps are shown from each end of a long log; the document has all. */
const MOST_STEPS = 20;

function stepLines(sources: readonly EvidenceSource[], paint: ChalkInstance): string[] {
  const steps = timelineOf(sources);
  if (steps.length === 0) return [];
  const lines = steps.map((step) => {
    const when =
      step.epochMs === undefined ? `${seconds(step.ownMs ?? 0)} of its own` : logInstant(step.epochMs);
    const id = step.serverId === undefined || step.serverId === 0 ? "" : ` ${step.serverId}`;
    const who = `${step.role ?? "a role"}${id}`.padEnd(14);
    return `  ${when}  ${who} ${STEP_WORDS[step.milestone].padEnd(26)} ${paint.dim(placeText(step.place))}`;
  });
  const left = lines.length - 2 * MOST_STEPS;
  const kept =
    left <= 0
      ? lines
      : [
          ...lines.slice(0, MOST_STEPS),
          paint.dim(`  … ${countOf(left, "more step")}`),
          ...lines.slice(-MOST_STEPS),
        ];
  return [paint.bold("What was logged, by each one's own clock"), ...kept, ""];
}

function verdictLines(verdict: EvidenceVerdict, paint: ChalkInstance, width: number): string[] {
  const indent = " ".repeat(WORD_WIDTH + 2);
  const under = (text: string): string => flow(`${indent}${text}`, width, indent);
  const word = verdict.type.padEnd(WORD_WIDTH);
  switch (verdict.type) {
    case "violated":
      return [
        `  ${paint.red(word)}${paint.bold(verdict.property)}`,
        under(verdict.sentence),
        under(`proof: ${placesText(verdict.lines)}`),
      ];
    case "held":
      return [
        `  ${paint.green(word)}${verdict.property}`,
        under(verdict.of),
        paint.dim(under(placesText(verdict.lines))),
      ];
    case "cannot be told":
      return [
        `  ${paint.yellow(word)}${verdict.property}`,
        paint.dim(under(verdict.why)),
        paint.dim(under(`would tell: ${verdict.remedy}`)),
      ];
  }
}

function placesText(places: readonly LinePlace[]): string {
  const all = [...new Set(places.map(placeText))];
  const more = all.length - MOST_PLACES;
  return all.slice(0, MOST_PLACES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function conclusion(verdicts: readonly EvidenceVerdict[], paint: ChalkInstance): string {
  const count = (type: EvidenceVerdict["type"]): number => verdicts.filter((one) => one.type === type).length;
  const [broken, held] = [count("violated"), count("held")];
  if (broken > 0) return paint.red.bold(`VIOLATED: ${countOf(broken, "promise")}`);
  if (held === 0) return paint.yellow.bold("NO VERDICT: the evidence settles none of the promises");
  return paint.green.bold(`HELD: ${countOf(held, "promise")}, as far as the evidence goes`);
}
