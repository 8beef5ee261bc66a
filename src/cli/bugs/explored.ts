/** The bench of bugs the other way: what exploring finds, in which space, of how many states; and why it does not find the rest. */
import type { ChalkInstance } from "chalk";
import { find, whereFound, type SpaceFinding, type Sought } from "../../search/known-spaces.ts";
import type { Space } from "../../search/space.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { flow, pad } from "../../words/cells.ts";
import { grouped } from "../../words/count.ts";
import { faultsText } from "../explore/render.ts";

/** One that was sought. */
export interface SoughtBySpace {
  readonly sought: Sought;
  /** The smallest space in which it is known to be found; otherwise why it is not. */
  readonly where: Space | string;
  /** Absent: it was not sought. */
  readonly finding?: SpaceFinding;
  readonly findMs: number;
}

export function exploreFor(sought: Sought): SoughtBySpace {
  const where = whereFound(sought);
  if (typeof where === "string") return { sought, where, findMs: 0 };
  const began = performance.now();
  const finding = find(where, sought.property);
  return { sought, where, finding, findMs: performance.now() - began };
}

export function escaped({ finding }: SoughtBySpace): boolean {
  return finding?.type === "escapes";
}

const RIGHT = 3;

/** A table of what is found; and, by reason, what is not. */
export function renderExplored(all: readonly SoughtBySpace[], paint: ChalkInstance, width: number): string {
  const head = ["sought", "by", "in every schedule with", "states", "found in", "story"];
  const found = all.filter(({ finding }) => finding !== undefined);
  const rows = found.map(({ finding, findMs, sought, where }): readonly string[] => [
    sought.id,
    sought.property,
    typeof where === "string" ? "" : spaceText(where),
    finding?.type === "found" ? grouped(finding.states) : "ESCAPES",
    `${grouped(Math.ceil(findMs))} ms`,
    finding?.type === "found" ? String(finding.things) : "",
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at < RIGHT ? pad(cell, widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  const lines = rows.map((row, at) => {
    const one = found[at];
    return one !== undefined && escaped(one) ? paint.red(line(row)) : line(row);
  });
  const why = new Map<string, string[]>();
  for (const { sought, where } of all)
    if (typeof where === "string")
      why.set(where, [...(why.get(where) ?? []), `${sought.id} by ${sought.property}`]);
  const rest = [...why].map(([reason, who]) =>
    paint.dim(flow(`not sought, for ${reason}: ${who.join(", ")}`, width)),
  );
  return [
    paint.bold("The same by exploring every schedule of a small space"),
    paint.dim("story: how many things happen: the least, but for waiting"),
    "",
    ...(rows.length === 0 ? [] : [paint.dim(line(head)), ...lines, ""]),
    ...(rest.length === 0 ? [] : [...rest, ""]),
  ].join("\n");
}

/** The faults of a space, and its grid if it is no usual one. */
function spaceText(space: Space): string {
  const usualMs = (space.ttlSeconds * 1000) / 30;
  return `${faultsText(space)}${space.gridMs === usualMs ? "" : `, grid ${writeDuration(space.gridMs)}`}`;
}

export function exploredDocument({ finding, findMs, sought, where }: SoughtBySpace): object {
  if (typeof where === "string") return { ...sought, found: false, why: where };
  const { faults, gridMs, writes } = where;
  const space = { faults, budget: where.budget, gridMs, writes };
  if (finding?.type !== "found") return { ...sought, found: false, space };
  const { states, things } = finding;
  return { ...sought, found: true, space, states, findMs: Math.round(findMs), storyEvents: things };
}
