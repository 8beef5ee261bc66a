/** `leasehold explore`: from flags to spaces, through the search, to a table, a story and an exit code. */
import { totalmem } from "node:os";
import { flow } from "../../words/cells.ts";
import { quote } from "../../words/shown.ts";
import { grouped } from "../../words/count.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { tryFolder } from "../base/output-file.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { variantOrShipped } from "../base/names.ts";
import { adoptOwn, type Own } from "../own/adopt.ts";
import { blaming, moduleName } from "../own/blame.ts";
import { besideCheck, renderBeside } from "./beside-check.ts";
import { renderBreach, writeBreach, type WrittenBreach } from "./breach.ts";
import { renderPairs } from "./chart.ts";
import { exploreDocument, faultsDocument } from "./document.ts";
import type { ExploreFlags } from "./flags.ts";
import { promisesOf, spacesOf } from "./plan.ts";
import { faultsText, renderFaults, renderHeadline, renderHeads, renderMeaning, renderRow } from "./render.ts";
import { shipped } from "../../../models/variant.ts";
import { Exploration } from "../../search/exploration.ts";
import { NotExplorable } from "../../search/parts.ts";
import type { Space } from "../../search/space.ts";
import { exploreSpace, type Explored } from "./runner.ts";

const DEFAULT_STATES = 2_000_000;
/** Less on a machine that has not twice as much. */
const DEFAULT_MEMORY_BYTES = 3e9;

export async function explore(
  names: readonly string[],
  flags: ExploreFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = flags.json === true;
  if (flags.list === true) {
    if (names.length > 0)
      throw new UserError({
        where: "--list",
        what: `it lists every fault, so ${names.map((name) => quote(name)).join(" ")} is too much`,
        remedy: "leave one of them out",
      });
    terminal.out(json ? jsonDocument("explorable-faults", faultsDocument()) : renderFaults(terminal));
    return EXIT.holds;
  }
  const own = await adoptOwn(flags);
  return blaming(own.modules, () => exploreAll(names, flags, own, terminal));
}

async function exploreAll(
  names: readonly string[],
  flags: ExploreFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = flags.json === true;
  const promises = promisesOf(names, flags);
  const spaces = spacesOf(flags, variantOrShipped(own.variant));
  if (flags.check !== undefined && !spaces.some(({ coordinators }) => coordinators === 2))
    throw new UserError({
      where: "--check",
      what: "it holds schedules of two coordinators beside spaces of two, and there is none",
      remedy: "explore with --coordinators 2, or leave it out",
    });
  for (const space of spaces.slice(0, 1)) mustBeExplorable(space);
  tryFolder(flags.out, "--out");
  const again = { names, variant: flags.variant };
  const signals = listenForSignals();
  const progress = new ProgressLine(terminal, "states");
  const all: Explored[] = [];
  const breaches = new Map<Explored, WrittenBreach>();
  try {
    if (!json) {
      terminal.out(`${terminal.paint.bold(flow(renderHeadline(spaces, promises), terminal.proseWidth))}\n\n`);
      terminal.out(renderHeads(terminal));
    }
    for (const space of spaces) {
      if (signals.signal.aborted) break;
      const explored = await exploreSpace(space, promises, {
        states: flags.maxStates ?? DEFAULT_STATES,
        memoryBytes: flags.maxMemory ?? Math.min(DEFAULT_MEMORY_BYTES, totalmem() / 2),
        signal: signals.signal,
        onProgress: ({ depth, frontier, states }, sofar, memory) =>
          progress.draw(
            `${faultsText(space)}: ${grouped(states)} states · frontier ${grouped(frontier)} · depth ${depth} · ` +
              `${grouped(Math.round(states / sofar))}/s · ${Math.round(memory / 1e6)} MB`,
          ),
      });
      progress.clear();
      all.push(explored);
      const breach = writeBreach(explored, flags.out, own.modules.map(moduleName));
      if (breach !== undefined) breaches.set(explored, breach);
      if (json) continue;
      terminal.out(renderRow(explored, terminal));
      if (breach !== undefined) terminal.out(renderBreach(explored, breach, again, terminal));
    }
    const beside = flags.check === undefined ? undefined : besideCheck(all, flags.check);
    if (json) terminal.out(jsonDocument("explore", exploreDocument(all, again, breaches, beside)));
    else {
      terminal.out(`\n${renderMeaning(all, terminal)}`);
      if (beside !== undefined) terminal.out(renderBeside(beside, terminal));
      if (flags.chart === true) terminal.out(`\n${renderPairs(all, terminal)}`);
    }
    return signals.exitCode() ?? exitCodeOf(all);
  } finally {
    signals.release();
  }
}

/** As much of a space in calm as shows every request of a protocol. */
const CALM_STATES = 1000;

/** Throws a UserError for a variant that relies on what states forget. */
function mustBeExplorable(space: Space): void {
  const { variant } = space;
  if (variant === shipped) return;
  try {
    new Exploration({ ...space, faults: [], budget: 0 }, []).advance(CALM_STATES, CALM_STATES);
  } catch (error) {
    if (!(error instanceof NotExplorable)) throw error;
    throw new UserError({
      where: `--variant ${variant.name}`,
      what: `it cannot be explored: ${error.message}`,
      remedy: `check it by chance: leasehold check --variant ${variant.name}`,
    });
  }
}

function exitCodeOf(all: readonly Explored[]): ExitCode {
  if (all.some(({ end }) => end.type === "violated")) return EXIT.violated;
  const undecided = all.some(({ end, judged }) => end.type === "open" || judged.length === 0);
  return undecided ? EXIT.noVerdict : EXIT.holds;
}
