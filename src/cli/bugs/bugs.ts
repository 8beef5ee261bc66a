/** `leasehold bugs`: hunts the mutants, tries the kept bugs, and says whether one escapes. */
import { keptBugs, hazards, milvusBugs } from "../../../properties/bugs/known-bugs.ts";
import { BUDGET, hunt, huntTargets, shrunkSize, type HuntTarget } from "../../../properties/bugs/hunt.ts";
import { retry, stands, variantOfBug, type KeptBug, type Retrial } from "../../../properties/bugs/kept.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import { SOUGHT, type Sought } from "../../search/known-spaces.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { knownName } from "../base/names.ts";
import { escaped, exploredDocument, exploreFor, renderExplored, type SoughtBySpace } from "./explored.ts";
import type { BugsFlags } from "./flags.ts";
import { jsonDocument } from "../base/json.ts";
import { verdictDocument, violationDocument } from "../base/violation-document.ts";
import { tryFile } from "../base/output-file.ts";
import { ProgressLine } from "../base/progress.ts";
import {
  renderBug,
  renderBugs,
  renderInterrupted,
  renderBugList,
  renderMutants,
  renderNext,
  renderOutcome,
  type Hunted,
  type Tried,
} from "./render-bugs.ts";
import { heard, listenForSignals, uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeTrace } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";

/** Hunts for each mutant. */
const SEEDS = 5;

/** What was asked for. */
interface Choice {
  readonly huntTargets: readonly HuntTarget[];
  readonly kept: readonly KeptBug[];
}

/** What came of it. */
interface Results {
  readonly hunted: readonly Hunted[];
  readonly tried: readonly Tried[];
  readonly explored: readonly SoughtBySpace[];
}

export async function bugs(
  names: readonly string[],
  flags: BugsFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { out, paint, width } = terminal;
  const choice = choose(names, flags);
  const json = flags.json === true;
  if (flags.list === true) {
    out(
      json
        ? jsonDocument("known-bugs", listOf(choice))
        : renderBugList(choice.huntTargets, choice.kept, width),
    );
    return EXIT.holds;
  }
  if (flags.yaml === true) {
    out(writeScenario(only(choice, "--yaml").case.scenario));
    return EXIT.holds;
  }
  const { seeds = SEEDS, trace: file } = flags;
  if (flags.seeds !== undefined && choice.huntTargets.length === 0)
    throw new UserError({
      where: "--seeds",
      what: "mutants are hunted, and there is none among these; kept bugs are tried once",
      remedy: "leave it out",
    });
  if (file !== undefined) {
    const bug = only(choice, "--trace");
    tryFile(file, "--trace");
    await uninterrupted(() => record(file, bug));
  }

  const { exitCode, release } = listenForSignals();
  const isOver = () => exitCode() !== undefined;
  const { explored, hunted, tried } = await tryAll(choice, seeds, isOver, terminal).finally(release);
  const someEscaped =
    hunted.some(({ catches }) => catches.some(({ size }) => size === undefined)) ||
    tried.some((one) => !one.stands) ||
    explored.some(escaped);
  const interrupted = exitCode() !== undefined;
  const code = exitCode() ?? (someEscaped ? EXIT.violated : EXIT.holds);
  if (json) {
    out(jsonDocument("bugs", documentOf({ explored, hunted, tried }, someEscaped, interrupted)));
    return code;
  }
  const [single] = tried;
  if (single !== undefined && tried.length + hunted.length === 1) {
    out(renderBug(single, paint, width));
    return code;
  }
  if (interrupted) {
    const wanted = { hunts: choice.huntTargets.length * seeds, kept: choice.kept.length };
    out(`${renderInterrupted(hunted, tried, wanted)}\n\n`);
  }
  if (hunted.length > 0) out(`${renderMutants(hunted, seeds, paint)}\n`);
  const isHazard = ({ bug }: Tried) => hazards.includes(bug);
  const milvus = tried.filter((one) => !isHazard(one));
  if (milvus.length > 0) out(`${renderBugs("milvus", milvus, paint, width)}\n`);
  if (milvus.length < tried.length) out(`${renderBugs("etcd", tried.filter(isHazard), paint, width)}\n`);
  if (explored.length > 0) out(`${renderExplored(explored, paint, width)}\n`);
  if (hunted.length + tried.length > 0) out(renderOutcome(hunted, tried, paint));
  if (names.length === 1 && hunted.length > 0) out(renderNext(hunted, paint));
  return code;
}

function choose(names: readonly string[], flags: BugsFlags): Choice {
  const mutants = [...new Set(huntTargets.map(({ mutant }) => mutant))];
  const known = [...mutants, ...keptBugs.map(({ id }) => id)];
  const wanted = names.map((name) => {
    const id = name.toUpperCase();
    return known.includes(id) ? id : knownName(name, known, "known bug", "leasehold bugs --list");
  });
  const kinds = (["mutants", "milvus", "hazards"] as const).filter((kind) => flags[kind] === true);
  const asked = (kind: (typeof kinds)[number]) => kinds.length === 0 || kinds.includes(kind);
  const named = (name: string) => wanted.length === 0 || wanted.includes(name);
  const choice = {
    huntTargets: asked("mutants") ? huntTargets.filter(({ mutant }) => named(mutant)) : [],
    kept: [...(asked("milvus") ? milvusBugs : []), ...(asked("hazards") ? hazards : [])].filter(({ id }) =>
      named(id),
    ),
  };
  if (choice.huntTargets.length + choice.kept.length > 0) return choice;
  throw new UserError({
    what: `${wanted.join(" and ")} is not one of these`,
    where: kinds.map((kind) => `--${kind}`).join(" "),
    remedy: "leave the flag out, or see leasehold bugs --list",
  });
}

function only({ kept, huntTargets: others }: Choice, flag: string): KeptBug {
  const [bug] = kept;
  if (bug !== undefined && kept.length === 1 && others.length === 0) return bug;
  throw new UserError({
    what: `${flag} needs exactly one bug that has a kept scenario`,
    remedy: `write it like leasehold bugs F01 ${flag}`,
  });
}

function listOf({ kept, huntTargets: pairs }: Choice) {
  return {
    mutants: pairs,
    kept: kept.map(({ id, issues, title, variant, violates }) => ({
      id,
      issues,
      title,
      variant,
      property: violates.name,
    })),
  };
}

function record(file: string, bug: KeptBug): void {
  const { violation } = retry(bug);
  const broken = violation === undefined ? {} : { violation };
  writeTrace(file, { ...bug.case, variant: variantOfBug(bug), property: bug.violates.name, ...broken });
}

/** Tries everything, or as much as there was time for until `isOver`. */
async function tryAll(
  { kept, huntTargets: pairs }: Choice,
  seeds: number,
  isOver: () => boolean,
  terminal: Terminal,
): Promise<Results> {
  const progress = new ProgressLine(terminal, "hunts");
  const total = pairs.length * seeds;
  const hunted: Hunted[] = [];
  const tried: Tried[] = [];
  for (const target of pairs) {
    const catches: Hunted["catches"][number][] = [];
    for (let seed = 1; seed <= seeds && !isOver(); seed++) {
      progress.show({ done: hunted.length * seeds + seed - 1, total, note: target.mutant });
      catches.push(huntOnce(target, seed));
      await heard();
    }
    if (catches.length > 0) hunted.push({ target, catches });
  }
  progress.clear();
  for (const bug of kept) {
    if (isOver()) break;
    const retrial = retry(bug);
    tried.push({ bug, retrial, stands: stands(bug, retrial) });
    await heard();
  }
  const explored: SoughtBySpace[] = [];
  for (const sought of soughtAmong(pairs, kept)) {
    if (isOver()) break;
    progress.show({ done: explored.length, total: SOUGHT.length, note: `exploring for ${sought.id}` });
    explored.push(exploreFor(sought));
    await heard();
  }
  progress.clear();
  return { explored, hunted, tried };
}

/** What is to be sought by exploring, too. */
function soughtAmong(pairs: readonly HuntTarget[], kept: readonly KeptBug[]): readonly Sought[] {
  const ids = new Set([...pairs.map(({ mutant }) => mutant), ...kept.map(({ id }) => id)]);
  return SOUGHT.filter(({ id }) => ids.has(id));
}

function huntOnce(target: HuntTarget, seed: number): Hunted["catches"][number] {
  const began = performance.now();
  const { case: found, runs } = hunt(target, seed, BUDGET);
  const foundAt = performance.now();
  const size = found === undefined ? undefined : shrunkSize(target, found);
  return { seed, runs, findMs: foundAt - began, shrinkMs: performance.now() - foundAt, size };
}

function documentOf({ explored, hunted, tried }: Results, someEscaped: boolean, interrupted: boolean) {
  return {
    verdict: someEscaped ? "escaped" : interrupted ? "none" : "caught",
    budget: BUDGET,
    mutants: hunted.map(({ catches, target }) => ({
      ...target,
      catches: catches.map(({ findMs, shrinkMs, size, ...rest }) => ({
        ...rest,
        caught: size !== undefined,
        findMs: Math.round(findMs),
        shrinkMs: Math.round(shrinkMs),
        ...(size === undefined ? {} : { storySize: size }),
      })),
    })),
    explored: explored.map(exploredDocument),
    kept: tried.map(({ bug, retrial, stands: caught }) => ({
      id: bug.id,
      issues: bug.issues,
      title: bug.title,
      variant: bug.variant,
      property: bug.violates.name,
      caught,
      violation: retrial.violation && violationDocument(retrial.violation, bug.case.scenario),
      shipped: shippedDocument(bug, retrial),
      shippedBreaks: retrial.broken,
      case: bug.case,
    })),
  };
}

function shippedDocument({ case: { scenario }, violates }: KeptBug, { shipped: verdict }: Retrial): object {
  return verdict.type === "outside" ? verdict : verdictDocument(violates.name, verdict, scenario);
}
