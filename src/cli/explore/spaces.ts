/** Explores every space that was asked for, and says what became of each, in the order in which they were asked for. */
import { availableParallelism } from "node:os";
import { flow } from "../../words/cells.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { variantOrShipped } from "../base/names.ts";
import { orUnkept, tryFile, tryFolder, writeText } from "../base/output-file.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals, uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { complaintOf, UserError, type Complaint } from "../base/user-error.ts";
import type { Own } from "../own/adopt.ts";
import { moduleName } from "../own/blame.ts";
import { codeOf } from "../own/code.ts";
import { besideCheck, renderBeside } from "./beside-check.ts";
import { renderBreach, writeBreach, type WrittenBreach } from "./breach.ts";
import { drawPairs, renderPairs } from "./chart.ts";
import { Checkpoint, type AskedSpaces, type Keeper } from "./checkpoint.ts";
import { exploreDocument } from "./document.ts";
import { explorable } from "./explorable.ts";
import type { ExploreFlags } from "./flags.ts";
import { howFar } from "./how-far.ts";
import { NOT_BY_DEFAULT, promisesOf, spacesOf } from "./plan.ts";
import { exploreAll } from "./pool.ts";
import { drawing } from "./progress.ts";
import {
  meaningOfSpaces,
  renderGoingOn,
  renderHeadline,
  renderHeads,
  renderMeaning,
  renderRow,
  saysNothing,
} from "./render.ts";
import type { Explored } from "./runner.ts";

const MOST_JOBS = 4;

/** Explores what was asked for. `resumed`: from where it goes on. */
export async function exploreSpaces(
  asked: AskedSpaces,
  flags: ExploreFlags,
  own: Own,
  resumed: Keeper | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = flags.json === true;
  const { names } = asked;
  const promises = promisesOf(names, flags);
  const spaces = spacesOf(flags, variantOrShipped(own.variant));
  if (flags.check !== undefined && !spaces.some(({ coordinators }) => coordinators === 2))
    throw new UserError({
      where: "--check",
      what: "it holds schedules of two coordinators beside spaces of two, and there is none",
      remedy: "explore with --coordinators 2, or leave it out",
    });
  for (const space of spaces.slice(0, 1)) await explorable(space, flags.variant);
  if (flags.out !== false) tryFolder(flags.out, "--out");
  if (flags.chartHtml !== undefined) tryFile(flags.chartHtml, "--chart-html");
  const kept =
    resumed ??
    (flags.checkpoint === undefined
      ? undefined
      : Checkpoint.begin(flags.checkpoint, asked, codeOf(own.modules)));
  const again = { names, variant: flags.variant };
  const signals = listenForSignals();
  const progress = new ProgressLine(terminal, "states");
  const breaches = new Map<Explored, WrittenBreach>();
  const unkept: Complaint[] = [];
  const results = new InOrder<Explored>((explored) => {
    const breach = writeBreach(explored, flags.out, own.modules.map(moduleName));
    if (breach !== undefined) breaches.set(explored, breach);
    if (breach?.unwritten !== undefined) unkept.push(breach.unwritten);
    if (json) return;
    progress.clear();
    terminal.out(renderRow(explored, terminal));
    if (breach !== undefined) terminal.out(renderBreach(explored, breach, again, terminal));
  });
  try {
    if (!json) {
      terminal.out(`${terminal.paint.bold(flow(renderHeadline(spaces, promises), terminal.proseWidth))}\n\n`);
      terminal.out(renderHeads(terminal));
    }
    const isUsual = promises.length === promisesOf([], flags).length;
    const left = new Map(spaces.entries());
    for (const [at, space] of spaces.entries()) {
      const end = kept?.endOf(at);
      if (end === undefined) continue;
      left.delete(at);
      results.add(at, { ...end, space });
    }
    await exploreAll({
      ...howFar(flags),
      spaces: left,
      promises,
      word: flags.variant,
      jobs: Math.min(flags.jobs ?? Math.min(MOST_JOBS, availableParallelism()), left.size),
      signal: signals.signal,
      modules: own.modules,
      keepingOf: (at) => kept?.keepingOf(at),
      onStanding: drawing(progress, { spaces, promises, isKnown: isUsual }),
      onEnd(at, explored) {
        const complaint = explored.unkept ?? complaintOf(() => kept?.note(at, explored));
        if (complaint !== undefined) unkept.push(complaint);
        results.add(at, explored);
      },
    });
    progress.clear();
    const all = results.finish();
    const leftOut = flags.faults === undefined ? NOT_BY_DEFAULT : [];
    const notBegun = spaces.filter((space) => !all.some((one) => one.space === space));
    const beside = flags.check === undefined ? undefined : besideCheck(all, flags.check);
    const drawn = all.length === 0 ? undefined : flags.chartHtml;
    if (drawn !== undefined) {
      const sentences = [renderHeadline(spaces, promises), ...meaningOfSpaces(all, notBegun)];
      await uninterrupted(() => writeText(drawn, drawPairs(all, sentences)));
    }
    if (json)
      terminal.out(jsonDocument("explore", exploreDocument(all, notBegun, leftOut, again, breaches, beside)));
    else {
      terminal.out(`\n${renderMeaning(all, notBegun, terminal)}`);
      if (leftOut.length > 0) terminal.out(renderLeftOut(leftOut, terminal));
      if (beside !== undefined) terminal.out(renderBeside(beside, terminal));
      if (flags.chart === true) terminal.out(`\n${renderPairs(all, terminal)}`);
      if (drawn !== undefined) terminal.out(`${drawn} is written\n`);
      if (unkept.length === 0 && kept?.goesOn(spaces.length) === true)
        terminal.out(renderGoingOn(kept.folder, terminal));
    }
    return orUnkept(signals.exitCode() ?? exitCodeOf(all), unkept);
  } finally {
    signals.release();
    kept?.release();
  }
}

/** Kinds of faults that were not explored, nobody having asked for any. */
function renderLeftOut(names: readonly string[], { proseWidth }: Terminal): string {
  return `${flow(`left out: ${names.join(", ")}; --faults names them.`, proseWidth)}\n`;
}

/** Hands on what comes in any order in the order of its places. */
class InOrder<Result> {
  readonly #waiting = new Map<number, Result>();
  readonly #handOn: (result: Result) => void;
  readonly #all: Result[] = [];
  #next = 0;

  constructor(handOn: (result: Result) => void) {
    this.#handOn = handOn;
  }

  add(at: number, result: Result): void {
    this.#waiting.set(at, result);
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next))
      this.#take(this.#next++, next);
  }

  /** All that came; those behind a place that never will are handed on now. */
  finish(): readonly Result[] {
    for (const [at, result] of [...this.#waiting].sort(([one], [other]) => one - other))
      this.#take(at, result);
    return this.#all;
  }

  #take(at: number, result: Result): void {
    this.#waiting.delete(at);
    this.#all.push(result);
    this.#handOn(result);
  }
}

function exitCodeOf(all: readonly Explored[]): ExitCode {
  if (all.some(({ end }) => end.type === "violated")) return EXIT.violated;
  const undecided = all.some((one) => one.end.type === "open" || saysNothing(one));
  return undecided ? EXIT.noVerdict : EXIT.holds;
}
