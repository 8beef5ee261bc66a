/** `leasehold bugs`: hunts the mutants, tries the kept bugs, and says whether one escapes. */
import { keptBugs, hazards, milvusBugs } from "../../../properties/bugs/known-bugs.ts";
import { BUDGET, hunt, quarries, shrunkSize, type Quarry } from "../../../properties/bugs/hunt.ts";
import { retry, stands, variantOf, type KeptBug } from "../../../properties/bugs/kept.ts";
import { catalogue } from "../../../properties/catalogue.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { oneOf, wholeNumber, type Flags } from "../base/flags.ts";
import { jsonDocument } from "../base/json.ts";
import { ProgressLine } from "../base/progress.ts";
import {
  renderBug,
  renderBugs,
  renderList,
  renderMutants,
  renderNext,
  renderOutcome,
  type Hunted,
  type Tried,
} from "./render-bugs.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeTrace } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";

const DEFAULT_SEEDS = 5;

/** What was asked for. */
interface Choice {
  readonly quarries: readonly Quarry[];
  readonly kept: readonly KeptBug[];
}

export function bugs(names: readonly string[], flags: Flags, terminal: Terminal): ExitCode {
  const { out, paint, width } = terminal;
  const choice = choose(names, flags);
  const json = flags["json"] === true;
  if (flags["list"] === true) {
    out(json ? jsonDocument("known-bugs", listOf(choice)) : renderList(choice.quarries, choice.kept, width));
    return EXIT.holds;
  }
  if (flags["yaml"] === true) {
    out(writeScenario(only(choice, "--yaml").case.scenario));
    return EXIT.holds;
  }
  if (flags["trace"] !== undefined) record(String(flags["trace"]), only(choice, "--trace"));

  const seeds = wholeNumber(flags, "seeds", 1, 1000) ?? DEFAULT_SEEDS;
  const hunted = huntAll(choice.quarries, seeds, terminal);
  const tried = choice.kept.map((bug): Tried => {
    const retrial = retry(bug);
    return { bug, retrial, stands: stands(bug, retrial) };
  });
  const escaped =
    hunted.some(({ catches }) => catches.some(({ size }) => size === undefined)) ||
    tried.some((one) => !one.stands);
  const code = escaped ? EXIT.violated : EXIT.holds;
  if (json) {
    out(jsonDocument("bugs", documentOf(hunted, tried, code)));
    return code;
  }
  const [single] = tried;
  if (single !== undefined && tried.length + hunted.length === 1) {
    out(renderBug(single, paint, width));
    return code;
  }
  if (hunted.length > 0) out(`${renderMutants(hunted, seeds, paint)}\n`);
  const isHazard = ({ bug }: Tried) => hazards.includes(bug);
  const milvus = tried.filter((one) => !isHazard(one));
  if (milvus.length > 0) out(`${renderBugs("milvus", milvus, paint, width)}\n`);
  if (milvus.length < tried.length) out(`${renderBugs("etcd", tried.filter(isHazard), paint, width)}\n`);
  out(renderOutcome(hunted, tried, paint));
  if (names.length === 1 && hunted.length > 0) out(renderNext(hunted, paint));
  return code;
}

function choose(names: readonly string[], flags: Flags): Choice {
  const mutants = [...new Set(quarries.map(({ mutant }) => mutant))];
  const known = [...mutants, ...keptBugs.map(({ id }) => id)];
  const wanted = names.map((name) => {
    const id = name.toUpperCase();
    return known.includes(id) ? id : oneOf(name, known, "known bug", "leasehold bugs --list");
  });
  const kinds = ["mutants", "milvus", "hazards"].filter((kind) => flags[kind] === true);
  const asked = (kind: string) => kinds.length === 0 || kinds.includes(kind);
  const named = (name: string) => wanted.length === 0 || wanted.includes(name);
  const choice = {
    quarries: asked("mutants") ? quarries.filter(({ mutant }) => named(mutant)) : [],
    kept: [...(asked("milvus") ? milvusBugs : []), ...(asked("hazards") ? hazards : [])].filter(({ id }) =>
      named(id),
    ),
  };
  if (choice.quarries.length + choice.kept.length > 0) return choice;
  throw new UserError({
    what: `${wanted.join(" and ")} is none of these`,
    where: kinds.map((kind) => `--${kind}`).join(" "),
    remedy: "leave the flag out, or see leasehold bugs --list",
  });
}

function only({ kept, quarries: others }: Choice, flag: string): KeptBug {
  const [bug] = kept;
  if (bug !== undefined && kept.length === 1 && others.length === 0) return bug;
  throw new UserError({
    what: "one bug with a kept scenario must be named",
    where: flag,
    remedy: `write it like leasehold bugs F01 ${flag}`,
  });
}

function listOf({ kept, quarries: pairs }: Choice) {
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
  const property = catalogue.includes(bug.violates) ? { property: bug.violates.name } : {};
  writeTrace(file, { ...bug.case, variant: variantOf(bug), ...property });
}

function huntAll(pairs: readonly Quarry[], seeds: number, terminal: Terminal): Hunted[] {
  const progress = new ProgressLine(terminal, "hunts");
  const total = pairs.length * seeds;
  let done = 0;
  const hunted = pairs.map((quarry): Hunted => {
    const catches = Array.from({ length: seeds }, (_, at) => {
      progress.show({ done: done++, total, note: quarry.mutant });
      const began = performance.now();
      const { case: found, runs } = hunt(quarry, at + 1, BUDGET);
      const foundAt = performance.now();
      const size = found === undefined ? undefined : shrunkSize(quarry, found);
      return { seed: at + 1, runs, findMs: foundAt - began, shrinkMs: performance.now() - foundAt, size };
    });
    return { quarry, catches };
  });
  progress.clear();
  return hunted;
}

function documentOf(hunted: readonly Hunted[], tried: readonly Tried[], code: ExitCode) {
  return {
    verdict: code === EXIT.holds ? "caught" : "escaped",
    budget: BUDGET,
    mutants: hunted.map(({ catches, quarry }) => ({
      ...quarry,
      catches: catches.map(({ findMs, shrinkMs, size, ...rest }) => ({
        ...rest,
        caught: size !== undefined,
        findMs: Math.round(findMs),
        shrinkMs: Math.round(shrinkMs),
        ...(size === undefined ? {} : { storySize: size }),
      })),
    })),
    kept: tried.map(({ bug, retrial, stands: caught }) => ({
      id: bug.id,
      issues: bug.issues,
      title: bug.title,
      variant: bug.variant,
      property: bug.violates.name,
      caught,
      violation: retrial.violation,
      shipped: retrial.shipped,
      shippedBreaks: retrial.broken,
      case: bug.case,
    })),
  };
}
