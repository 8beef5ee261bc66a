/** What a run came to: who served when, each takeover beside its bound, and what the judges say. */
import type { ChalkInstance } from "chalk";
import type { Judgement } from "../../../properties/judging.ts";
import type { Assumption } from "../../../properties/assumptions.ts";
import { nameOf, unmet } from "../../../properties/property.ts";
import { tellUndecided, tellViolation } from "../../../properties/tell.ts";
import { named } from "../../../properties/violation.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { pad, widest, wrap } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import type { ObservedRun } from "../../reading/observed-run.ts";
import type { Takeover } from "../../reading/takeovers.ts";

const LABEL = 11;

export function renderSummary(observed: ObservedRun, paint: ChalkInstance, width: number): string {
  const { judgements, scenario } = observed;
  const several = new Set(scenario.coordinators.map(({ role }) => role)).size > 1;
  const lines: string[] = [];
  const nameWidth = widest(scenario.coordinators.map(({ name }) => name));
  const served = observed.servings;
  const instants = served.map(({ from, open, to }) => ({
    from: seconds(from),
    to: open ? "end of run" : seconds(to),
  }));
  const fromWidth = widest(instants.map(({ from }) => from));
  const toWidth = widest(instants.map(({ to }) => to));
  served.forEach(({ node, role, token }, index) => {
    const { from = "", to = "" } = instants[index] ?? {};
    const who = pad(nameOf(scenario, node), nameWidth);
    const what = several ? ` as ${role}` : "";
    const text = `${who}  ${from.padStart(fromWidth)} to ${to.padStart(toWidth)}  token ${token}${what}`;
    lines.push(...block(index === 0 ? "served" : "", text, width));
  });
  if (served.length === 0) lines.push(`${label("served")}nobody`);
  observed.takeovers.forEach((takeover, index) => {
    lines.push(...block(index === 0 ? "takeovers" : "", takeoverText(observed, takeover), width));
  });
  lines.push(...verdicts(judgements, scenario, paint, width));
  return `${lines.join("\n")}\n`;
}

function label(text: string): string {
  return text.padEnd(LABEL);
}

function block(name: string, text: string, width: number): string[] {
  return wrap(text, width - LABEL).map((line, index) => label(index === 0 ? name : "") + line);
}

function takeoverText(
  { scenario }: ObservedRun,
  { after, allowedMs, before, boundMs, cause, tookMs }: Takeover,
): string {
  const former = nameOf(scenario, before.node);
  const again = before.node === after.node;
  const ended = cause === "killed" || cause === "stopped" ? cause : `out (${cause})`;
  const who = again
    ? `${former} ${ended} and back`
    : `${former} ${ended}, ${nameOf(scenario, after.node)} serves`;
  if (tookMs < 0) return `${who} ${seconds(-tookMs)} BEFORE the other stopped`;
  const took = `${who} after ${seconds(tookMs)}`;
  if (boundMs === undefined) return took;
  if (tookMs <= boundMs) return `${took}, within the bound of ${seconds(boundMs)}`;
  if (allowedMs === Number.POSITIVE_INFINITY) return `${took}, with nobody able to sooner`;
  return tookMs <= allowedMs
    ? `${took}, within the ${seconds(allowedMs)} that what went wrong meanwhile allows`
    : `${took}, LATER than the ${seconds(allowedMs)} allowed`;
}

function verdicts(
  judgements: readonly Judgement[],
  scenario: Scenario,
  paint: ChalkInstance,
  width: number,
): string[] {
  const lines: string[] = [];
  const holding = judgements
    .filter(({ verdict }) => verdict?.type === "holds")
    .map(({ property }) => property.name);
  const unjudged: string[] = [];
  const outside = new Map<
    string,
    { readonly broken: readonly Assumption[]; readonly names: readonly string[] }
  >();
  for (const { judge, property, verdict } of judgements) {
    if (verdict?.type === "violated") {
      const [first = "", ...rest] = block(
        "VIOLATED",
        `${property.name} at ${seconds(verdict.violation.at)}: ${tellViolation(named(verdict.violation, scenario))}`,
        width,
      );
      lines.push(paint.red.bold(first), ...rest.map((line) => paint.red(line)));
    } else if (verdict?.type === "inconclusive") {
      lines.push(...block("undecided", `${property.name}: ${tellUndecided(property.name, verdict)}`, width));
    } else if (judge === undefined) {
      const broken = unmet(property, scenario);
      const key = broken.map(({ name }) => name).join();
      const { names } = outside.get(key) ?? { names: [] };
      outside.set(key, { broken, names: [...names, property.name] });
    } else if (verdict === undefined) unjudged.push(property.name);
  }
  for (const { broken, names } of outside.values()) {
    const why = broken.map(({ says }) => says).join("; ");
    lines.push(...block("outside", `${names.join(", ")}: promised only while ${why}`, width));
  }
  const held = block("holds", holding.join(", "), width).map((line, at) =>
    at === 0 ? paint.green("holds") + line.slice("holds".length) : line,
  );
  if (unjudged.length > 0)
    lines.push(...block("unjudged", `${unjudged.join(", ")}: the run broke a promise`, width));
  return [...(holding.length === 0 ? [] : held), ...lines];
}
