/** The bench of known bugs for people: tables, one bug told, and the outcome in a sentence. */
import type { ChalkInstance } from "chalk";
import { tellViolation } from "../../../properties/tell.ts";
import { named } from "../../../properties/violation.ts";
import { shipped } from "../../../models/variant.ts";
import { BUDGET, storySize, type HuntTarget } from "../../../properties/bugs/hunt.ts";
import { variantOfBug, type KeptBug, type Retrial } from "../../../properties/bugs/kept.ts";
import { hazards } from "../../../properties/bugs/known-bugs.ts";
import { countOf, grouped } from "../../words/count.ts";
import { renderCase } from "../story/render-case.ts";
import { seconds } from "../../words/seconds.ts";
import { wrap } from "../../words/cells.ts";

/** One mutant, hunted by one property under several seeds. */
export interface Hunted {
  readonly target: HuntTarget;
  readonly catches: readonly {
    readonly seed: number;
    readonly runs: number;
    readonly findMs: number;
    readonly shrinkMs: number;
    /** Faults and decisions after shrinking; undefined: it escaped. */
    readonly size: number | undefined;
  }[];
}

export interface Tried {
  readonly bug: KeptBug;
  readonly retrial: Retrial;
  readonly stands: boolean;
}

const INDENT = " ".repeat(5);

export function renderMutants(hunted: readonly Hunted[], seeds: number, paint: ChalkInstance): string {
  const head = ["mutant", "caught by", "schedules", "found in", "story"];
  const rows = hunted.map(({ catches, target }): readonly string[] => {
    const sizes = catches.flatMap(({ size }) => (size === undefined ? [] : [size]));
    const missed = catches.length - sizes.length;
    return [
      target.mutant,
      missed === 0 ? target.property : `ESCAPES ${target.property} (${missed} of ${catches.length})`,
      spread(
        catches.map(({ runs }) => runs),
        grouped,
      ),
      `${spread(
        catches.map(({ findMs }) => Math.ceil(findMs)),
        grouped,
      )} ms`,
      sizes.length === 0 ? "" : spread(sizes, String),
    ];
  });
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  const lines = rows.map((row, at) =>
    hunted[at]?.catches.every(({ size }) => size !== undefined) === true ? line(row) : paint.red(line(row)),
  );
  return [
    paint.bold(`Mutants of the shipped election, hunted through up to ${grouped(BUDGET)} schedules`),
    paint.dim(
      `${seeds > 1 ? `median (least–most) of ${seeds} seeds` : "seed 1"}; story: faults and decisions after shrinking`,
    ),
    "",
    paint.dim(line(head)),
    ...lines,
    "",
  ].join("\n");
}

const HEADS = {
  milvus: ["Bugs of Milvus, each in a kept scenario on the election as a release ran it", "milvus-io/milvus"],
  etcd: ["Hazards of etcd, each with a coordinator that falls for it", "etcd-io/etcd"],
} as const;

export function renderBugs(
  whose: keyof typeof HEADS,
  tried: readonly Tried[],
  paint: ChalkInstance,
  width: number,
): string {
  const [head, project] = HEADS[whose];
  const lines = tried.flatMap((one) => {
    const { bug, retrial } = one;
    const fate =
      retrial.violation === undefined
        ? `ESCAPES ${bug.violates.name}`
        : `${bug.violates.name} at ${seconds(retrial.violation.at)}`;
    const facts = `${bug.variant} · ${fate} · ${countOf(storySize(bug.case), "fault")} · ${shippedSays(one)}`;
    return [
      ...wrap(titleOf(bug), width - INDENT.length).map(
        (text, at) => `${at === 0 ? bug.id.padEnd(5) : INDENT}${text}`,
      ),
      ...wrap(facts, width - INDENT.length).map(
        (text) => INDENT + (one.stands ? paint.dim(text) : paint.red(text)),
      ),
    ];
  });
  return [
    paint.bold(head),
    paint.dim(`numbers are issues and pull requests of ${project}`),
    "",
    ...lines,
    "",
  ].join("\n");
}

/** What the shipped chart shows in the same scenario. */
function shippedSays({ bug, retrial }: Tried): string {
  if (retrial.broken.length > 0) return `shipped: BREAKS ${retrial.broken.join(", ")}`;
  if (bug.variant === shipped.name) return "every promise holds";
  return `shipped: ${retrial.shipped.type === "violated" ? "BREAKS IT TOO" : retrial.shipped.type}`;
}

function titleOf({ issues, title }: KeptBug): string {
  return [title, ...issues.map((issue) => `#${issue}`)].join(" ");
}

/** One bug with its story. */
export function renderBug(tried: Tried, paint: ChalkInstance, width: number): string {
  const { bug, retrial } = tried;
  const { violation } = retrial;
  const { summary } = variantOfBug(bug);
  const { case: given, violates } = bug;
  const { faults, ttlSeconds } = given.scenario;
  const on = bug.variant === shipped.name ? "" : ` --variant ${bug.variant}`;
  const file = `${bug.id}.yaml`;
  return [
    ...wrap(`${bug.id}: ${titleOf(bug)}`, width).map((line) => paint.bold(line)),
    "",
    ...wrap(bug.story, width),
    "",
    paint.bold(`On ${bug.variant}`) +
      paint.dim(` (${summary}; TTL ${ttlSeconds} s, ${countOf(faults.length, "fault")})`),
    ...(violation === undefined
      ? [paint.red(`  nothing: ${violates.name} holds, the bug escapes`)]
      : [
          ...renderCase(given, variantOfBug(bug), violation.at, violates.name, { paint, proseWidth: width }),
          ...wrap(tellViolation(named(violation, given.scenario)), width - 2).map((line) => `  ${line}`),
        ]),
    ...wrap(`${violates.name}: ${violates.guarantee}`, width - 2).map((line) => paint.dim(`  ${line}`)),
    "",
    `${paint.bold("The shipped election")} ${paint.dim("in the same scenario")}`,
    ...wrap(`${tried.stands ? bug.shipped : shippedSays(tried)}.`, width - 2).map((line) => `  ${line}`),
    "",
    "Watch it:",
    paint.bold(`  leasehold bugs ${bug.id} --yaml > ${file}`),
    paint.bold(`  leasehold simulate ${file}${on}`),
    "",
  ].join("\n");
}

export function renderBugList(
  huntTargets: readonly HuntTarget[],
  kept: readonly KeptBug[],
  width: number,
): string {
  const mutants = [...new Set(huntTargets.map(({ mutant }) => mutant))];
  const column = Math.max(5, ...mutants.map(({ length }) => length + 2));
  const rows = [
    ...mutants.map((name) => [name, variantOfBug({ variant: name }).summary] as const),
    ...kept.map((bug) => [bug.id, titleOf(bug)] as const),
  ];
  return rows
    .flatMap(([name, text]) =>
      wrap(text, Math.max(30, width - column)).map(
        (line, at) => `${(at === 0 ? name : "").padEnd(column)}${line}\n`,
      ),
    )
    .join("");
}

/** How far it came. */
export function renderInterrupted(
  hunted: readonly Hunted[],
  tried: readonly Tried[],
  wanted: { readonly hunts: number; readonly kept: number },
): string {
  const hunts = hunted.reduce((sum, { catches }) => sum + catches.length, 0);
  const parts = [
    ...(wanted.hunts > 0 ? [`${hunts} of ${countOf(wanted.hunts, "hunt")}`] : []),
    ...(wanted.kept > 0 ? [`${tried.length} of ${countOf(wanted.kept, "kept bug")}`] : []),
  ];
  return `Interrupted after ${parts.join(" and ")}; this is what they showed.`;
}

export function renderOutcome(
  hunted: readonly Hunted[],
  tried: readonly Tried[],
  paint: ChalkInstance,
): string {
  const missed = hunted
    .filter(({ catches }) => catches.some(({ size }) => size === undefined))
    .map(({ target }) => `${target.mutant} (${target.property})`);
  const fallen = tried.filter((one) => !one.stands).map(({ bug }) => bug.id);
  if (missed.length + fallen.length > 0)
    return paint.red.bold(`Not as it should be: ${[...missed, ...fallen].join(", ")}\n`);
  const mutants = new Set(hunted.map(({ target }) => target.mutant)).size;
  const ofEtcd = tried.filter(({ bug }) => hazards.includes(bug)).length;
  const ofMilvus = tried.length - ofEtcd;
  const parts = [
    ...(mutants > 0 ? [countOf(mutants, "mutant")] : []),
    ...(ofMilvus > 0 ? [`${countOf(ofMilvus, "bug")} of Milvus`] : []),
    ...(ofEtcd > 0 ? [`${countOf(ofEtcd, "hazard")} of etcd`] : []),
  ];
  const free = tried.length > 0 ? "; in the kept scenarios the shipped election keeps every promise" : "";
  return `${paint.green("Caught:")} ${parts.join(", ")}${free}.\n`;
}

/** How to see a mutant's story. */
export function renderNext(hunted: readonly Hunted[], paint: ChalkInstance): string {
  const lines = hunted.map(({ target: { mutant, property } }) =>
    paint.bold(`  leasehold check ${property} --variant ${mutant} --seed 1`),
  );
  return ["Watch it:", ...lines, ""].join("\n");
}

/** `18 (2–240)`: the median, and the least and the most where they differ. */
function spread(values: readonly number[], say: (value: number) => string): string {
  const sorted = values.toSorted((left, right) => left - right);
  const median = say(sorted[(sorted.length - 1) >> 1] ?? 0);
  const least = say(sorted[0] ?? 0);
  const most = say(sorted.at(-1) ?? 0);
  return least === most ? median : `${median} (${least}–${most})`;
}
