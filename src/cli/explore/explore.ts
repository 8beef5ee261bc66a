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
import { renderBreach, writeBreach, type WrittenBreach } from "./breach.ts";
import { exploreDocument, faultsDocument } from "./document.ts";
import type { ExploreFlags } from "./flags.ts";
import { promisesOf, spacesOf } from "./plan.ts";
import { faultsText, renderFaults, renderHeadline, renderHeads, renderMeaning, renderRow } from "./render.ts";
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
  const promises = promisesOf(names, flags);
  const spaces = spacesOf(flags);
  tryFolder(flags.out, "--out");
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
      const breach = writeBreach(explored, flags.out);
      if (breach !== undefined) breaches.set(explored, breach);
      if (json) continue;
      terminal.out(renderRow(explored, terminal));
      if (breach !== undefined) terminal.out(renderBreach(explored, breach, names, terminal));
    }
    if (json) terminal.out(jsonDocument("explore", exploreDocument(all, names, breaches)));
    else terminal.out(`\n${renderMeaning(all, terminal)}`);
    return signals.exitCode() ?? exitCodeOf(all);
  } finally {
    signals.release();
  }
}

function exitCodeOf(all: readonly Explored[]): ExitCode {
  if (all.some(({ end }) => end.type === "violated")) return EXIT.violated;
  const undecided = all.some(({ end, judged }) => end.type === "open" || judged.length === 0);
  return undecided ? EXIT.noVerdict : EXIT.holds;
}
