/** What the evidence says, for people: what was read, who was who, and a verdict for each promise with its lines. */
import type { ChalkInstance } from "chalk";
import { CANNOT_TELL } from "../../evidence/cannot-tell.ts";
import { placeText, type EvidenceSource, type LineCount, type LinePlace } from "../../evidence/fact.ts";
import { membersIn, mixedIn, productOf } from "../../evidence/participants.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";
import { fallIn } from "../../evidence/own-order.ts";
import { flow } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import { countOf, grouped, nounFor } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Validation } from "./validation.ts";
import { caseLines } from "./written-case.ts";
import { clockLines } from "./render-clocks.ts";
import { modelLines } from "./render-model.ts";
import { stepLines } from "./render-steps.ts";

/** As many lines of a proof are named; the document has all. */
const MOST_PLACES = 6;
const WORD_WIDTH = 16;

export function renderValidation(view: Validation, terminal: Pick<Terminal, "paint" | "proseWidth">): string {
  const { alignment, bugs, election, evidence, models, verdicts } = view;
  const { paint, proseWidth } = terminal;
  const lines = [...headLines(view), ""];
  if (!election) {
    const why = hasLines(evidence.counts) ? "no line of it is about an election" : "there is no line in it";
    const hint = [...evidence.counts.values()].some(({ notUnderstood }) => notUnderstood > 0)
      ? [
          "Lines of another election than Milvus' and leasehold's take a mapping (--mapping); a line within JSON, its own field (jq -r).",
        ]
      : [];
    return [...lines, paint.yellow(`No election evidence: ${why}.`), ...hint, ""].join("\n");
  }
  lines.push(
    paint.bold("Who was who"),
    ...evidence.sources.flatMap(sourceLines),
    "",
    ...clockLines(alignment, terminal),
    ...stepLines(evidence.sources, alignment, paint),
    ...modelLines(models, bugs, terminal),
    paint.bold("The promises"),
  );
  const order = ["violated", "held", "cannot be told"];
  const sorted = verdicts.toSorted((left, right) => order.indexOf(left.type) - order.indexOf(right.type));
  const isNever = (one: EvidenceVerdict): boolean =>
    one.type === "cannot be told" && CANNOT_TELL[one.property]?.never === true;
  for (const verdict of sorted)
    if (!isNever(verdict)) lines.push(...verdictLines(verdict, paint, proseWidth));
  lines.push(...neverLines(sorted.filter(isNever), paint, proseWidth));
  const then = view.nearest === undefined ? [] : caseLines(view.nearest, terminal);
  return [...lines, "", ...then, conclusion(verdicts, paint), ""].join("\n");
}

function hasLines(counts: ReadonlyMap<string, LineCount>): boolean {
  return [...counts.values()].some(({ notUnderstood, skipped, used }) => used + skipped + notUnderstood > 0);
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
      : [`  ${countOf(evidence.copies, "line")} that stand twice, in two files or in one, counted once`]),
    ...(evidence.compacted === 0
      ? []
      : [
          `  etcd had compacted up to revision ${evidence.compacted}: etcdctl watch --rev=${evidence.compacted + 1} tells what came after it`,
        ]),
    ...(evidence.untoldRevisions === 0
      ? []
      : [
          `  ${countOf(evidence.untoldRevisions, "revision")} of which etcd told nothing: compacted, or still to come`,
        ]),
    ...(evidence.longLines === 0
      ? []
      : [`  ${countOf(evidence.longLines, "line")} too long to be read: 1 MiB of a log, 64 MiB of JSON`]),
    ...(evidence.cutLines === 0
      ? []
      : [
          `  ${countOf(evidence.cutLines, "line")} that ${evidence.cutLines === 1 ? "breaks" : "break"} off, read as far as they go`,
        ]),
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
  const fall = fallIn(source.facts);
  return [
    `  ${source.name}: ${productOf(source)}`,
    ...[...new Set(members)].map((member) => `    ${member}`),
    ...mixedIn(source).map(
      ({ role, serverIds }) =>
        `    several processes wrote it: server ids ${serverIds.join(", ")} of ${role} take turns, and lines without an id are nobody's; kubectl logs --prefix names them`,
    ),
    ...(fall === undefined
      ? []
      : [
          `    its instants go back by ${seconds(fall.byMs)} at ${placeText(fall.place)}: a clock was set, or logs were joined; its lines stand in the order of their instants`,
        ]),
  ];
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

/** What no log tells is named once, together. */
function neverLines(verdicts: readonly EvidenceVerdict[], paint: ChalkInstance, width: number): string[] {
  if (verdicts.length === 0) return [];
  const indent = " ".repeat(WORD_WIDTH + 2);
  const under = (text: string): string => flow(`${indent}${text}`, width, indent);
  return [
    `  ${paint.yellow("cannot be told")}  ${under(verdicts.map(({ property }) => property).join(", ")).trimStart()}`,
    paint.dim(under("what disturbed whom and when, and what a writer was told, is in no log")),
    paint.dim(under("would tell: leasehold check, for there everything that happens is known")),
  ];
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
