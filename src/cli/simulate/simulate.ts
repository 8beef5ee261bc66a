/**
 * `leasehold simulate`: runs one scenario in virtual time and shows it as a timeline, as logs or as observations.
 */
import { readInstant } from "../../milvus/log-format.ts";
import { suggest } from "../../scenario-file/nearest.ts";
import { scenarioFileSchema } from "../../scenario-file/syntax.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { observeRun, type ObservedRun } from "../../reading/observed-run.ts";
import type { Recordable } from "../../run/record.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { tryFile, tryOther } from "../base/output-file.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeTrace } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";
import { adoptOwn, type Own } from "../own/adopt.ts";
import { blaming, moduleName } from "../own/blame.ts";
import { variantOrShipped } from "../base/names.ts";
import { renderLog } from "../story/render-log.ts";
import { renderSummary } from "../story/render-summary.ts";
import { renderTimeline } from "../story/render-timeline.ts";
import { choose } from "./choose.ts";
import type { SimulateFlags } from "./flags.ts";
import { listOf, renderHead, renderJson, renderScenarioList } from "./render.ts";
import { quote } from "../../words/shown.ts";

/** The run's beginning on the logs' wall clocks; so the walk's takeover falls into the second of Milvus' own example. */
const DEFAULT_START = "2022-09-21T11:56:33+08:00";

/** Runs the command on `target`, the name of a built-in scenario or a file; absent: the walk. */
export async function simulate(
  target: string | undefined,
  flags: SimulateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (target !== undefined && (flags.schema === true || flags.list === true))
    throw new UserError({
      where: flags.list === true ? "--list" : "--schema",
      what: `it is about no scenario, so ${quote(target)} is too much`,
      remedy: "leave one of them out",
    });
  if (flags.schema === true) {
    terminal.out(`${JSON.stringify(scenarioFileSchema(), undefined, 2)}\n`);
    return EXIT.holds;
  }
  if (flags.list === true) {
    terminal.out(
      flags.json === true ? jsonDocument("scenarios", { scenarios: listOf() }) : renderScenarioList(terminal),
    );
    return EXIT.holds;
  }
  const own = await adoptOwn(flags);
  return blaming(own.modules, () => simulateChosen(target, flags, own, terminal));
}

async function simulateChosen(
  target: string | undefined,
  flags: SimulateFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const variant = variantOrShipped(own.variant);
  const chosen = choose(target, flags, terminal);
  if (chosen === undefined) return EXIT.usage;
  if (flags.yaml === true) {
    terminal.out(writeScenario(chosen.scenario));
    return EXIT.holds;
  }
  const width = flags.width ?? terminal.width;
  const node = nodeOf(flags.node, chosen.scenario);
  const start = startOf(flags.start);
  const read = flags.helm ?? flags.compose ?? flags.milvus ?? target;
  if (flags.trace !== undefined && read !== undefined) tryOther(flags.trace, read, "--trace");
  else if (flags.trace !== undefined) tryFile(flags.trace, "--trace");
  const observed = observeRun(chosen.scenario, variant);
  const { trace } = flags;
  if (trace !== undefined)
    await uninterrupted(() =>
      writeTrace(trace, { ...traceOf(observed), modules: own.modules.map(moduleName) }),
    );
  if (flags.json === true) terminal.out(renderJson(observed));
  else if (flags.log === true) terminal.out(`${renderLog(observed, { start, node }).join("\n")}\n`);
  else {
    const vain = chosen.lookForTakeover === true && observed.takeovers.length === 0;
    terminal.out(renderHead(observed, vain ? undefined : chosen.look, terminal));
    terminal.out(renderTimeline(observed, { width, paint: terminal.paint }));
    terminal.out(`\n${renderSummary(observed, terminal.paint, width)}`);
  }
  return observed.judgements.some(({ verdict }) => verdict?.type === "violated") ? EXIT.violated : EXIT.holds;
}

/** The whole run, about the first promise that it breaks, if any. */
function traceOf({ judgements, scenario, variant }: ObservedRun): Recordable {
  for (const { property, verdict } of judgements) {
    if (verdict?.type !== "violated") continue;
    const { violation } = verdict;
    return { scenario, variant, property: property.name, violation, stop: "horizon" };
  }
  return { scenario, variant };
}

function nodeOf(name: string | undefined, { coordinators }: Scenario): number | undefined {
  if (name === undefined) return undefined;
  const names = coordinators.map((one) => one.name);
  const node = names.indexOf(name);
  if (node >= 0) return node;
  throw new UserError({
    where: "--node",
    what: `the scenario has no coordinator named ${name}`,
    remedy: suggest(name, names),
  });
}

function startOf(text = DEFAULT_START) {
  const start = readInstant(text);
  if (start !== undefined) return start;
  throw new UserError({
    where: "--start",
    what: `${quote(text)} is not an instant`,
    remedy: `write it with its UTC offset: ${DEFAULT_START}`,
  });
}
