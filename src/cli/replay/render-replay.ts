/** What a replay found, for people: the verdict first, then why, then what to do next. */
import { typedTrace } from "../base/trace-source.ts";
import type { MeantDecision } from "../../simulation/meant-decisions.ts";
import type { ChalkInstance } from "chalk";
import type { Variant } from "../../../models/variant.ts";
import type { Case } from "../../../properties/case.ts";
import type { Because } from "../../run/because.ts";
import type { TraceEnd, TraceHeader, TraceLine, TraceVerdict } from "../../trace/format.ts";
import type { MachineReplay } from "../../run/machine.ts";
import type { OtherCause } from "../../run/other-cause.ts";
import type { Divergence } from "../../run/replay.ts";
import type { ReplayOutcome } from "../../run/tolerant.ts";
import { detailsOf, sentenceOf } from "../../trace/tell-verdict.ts";
import { tellCause, tellName } from "../../trace/words.ts";
import { seconds } from "../../words/seconds.ts";
import { countOf, grouped } from "../../words/count.ts";
import { countAstray, tellAstray } from "../story/astray.ts";
import { renderCase } from "../story/render-case.ts";
import type { Terminal } from "../base/terminal.ts";
import { flow } from "../../words/cells.ts";
import { quote, shown } from "../../words/shown.ts";

export interface ReplayView {
  readonly header: TraceHeader;
  readonly variant: Variant;
  /** The run's end as it is now. */
  readonly end: TraceEnd;
  readonly outcome: ReplayOutcome;
  readonly identical: boolean;
  /** Of the property that the trace is about. */
  readonly verdict: TraceVerdict | undefined;
  /** Violated again, but not as it was recorded. */
  readonly otherCause?: OtherCause | undefined;
  readonly case: Case;
  readonly divergence?: Divergence | undefined;
  readonly because?: Because | undefined;
  readonly unmet?: readonly MeantDecision[];
}

export function renderReplay(
  file: string,
  view: ReplayView,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string {
  return [
    flow(`${file}: ${describe(view)}`, proseWidth).replace(file, paint.bold(file)),
    "",
    flow(verdictLine(view), proseWidth).replace(VERDICT, (word) => toneOf(view, paint)(word)),
    ...divergenceLines(view, paint),
    ...storyLines(view, paint, proseWidth),
    "",
    paint.dim(flow(nextLine(file, view), proseWidth)),
    "",
  ].join("\n");
}

function describe({ end, header }: ReplayView): string {
  const { decisions, package: version, property, scenario, variant } = header;
  const who =
    scenario.coordinators.length > 0 ? variant : countOf(scenario.processes?.length ?? 0, "program");
  const about = property === undefined ? "" : `${property} of `;
  const size = [
    countOf(scenario.faults.length, "fault"),
    ...tellAstray(countAstray(decisions)),
    `${grouped(end.events)} events`,
    seconds(end.at),
  ].join(", ");
  return shown(`${about}${who}, ${size}, recorded by leasehold ${version}`);
}

const ON = (view: ReplayView) =>
  view.variant.name === view.header.variant ? "" : ` on ${view.variant.name}`;

/** What the verdict begins with, up to its colon or sentence. */
const VERDICT = /^[A-Z]+(?: on [\w.-]+)?/u;

function toneOf({ outcome }: ReplayView, { green, red, yellow }: ChalkInstance): ChalkInstance {
  const tone = { reproduced: red, fixed: green, same: green, diverged: yellow }[outcome];
  return tone.bold;
}

/** When the recorded run broke the promise, if that was at another instant. */
function when({ header, verdict }: ReplayView): string {
  const { violation } = header;
  return violation === undefined || violation.at === verdict?.violation?.at
    ? ""
    : ` (recorded: at ${seconds(violation.at)})`;
}

function verdictLine(view: ReplayView): string {
  const { header, identical, otherCause, outcome, verdict } = view;
  const property = header.property ?? "";
  switch (outcome) {
    case "reproduced": {
      const at = seconds(verdict?.violation?.at ?? view.end.at);
      if (otherCause !== undefined)
        return `REPRODUCED${ON(view)}, but by another cause: ${property} is violated at ${at}, ${otherCause} than recorded.`;
      return identical
        ? `REPRODUCED: ${property} is violated again; every event, effect and state is identical.`
        : `REPRODUCED${ON(view)}: ${property} is violated, at ${at}${when(view)}; the run differs.`;
    }
    case "fixed":
      return `FIXED${ON(view)}: ${property} holds; every fault and decision of the trace struck again.`;
    case "same":
      return `IDENTICAL: every event, effect and state is as recorded${property === "" ? "" : `; ${property}: ${verdict?.verdict ?? "not judged"}`}.`;
    case "diverged":
      return `DIVERGED${ON(view)}: another run than the recorded one${property === "" ? "" : `; ${aboutProperty(view)}`}.`;
  }
}

/** Of a run that is another one: what is true of the promise in it, and whether that says anything about the recorded one. */
function aboutProperty({ header: { property = "", violation }, verdict }: ReplayView): string {
  const now = verdict?.verdict ?? "not judged";
  if (violation !== undefined || (now !== "holds" && now !== "violated"))
    return `nothing can be said about ${property} (${now})`;
  return now === "holds" ? `${property} holds in it` : `${property} is violated in it`;
}

function divergenceLines(view: ReplayView, paint: ChalkInstance): string[] {
  const { because, divergence, unmet = [] } = view;
  if (divergence === undefined) return [];
  const where = divergence.n === 0 ? "in the header" : `at event ${divergence.n}`;
  return [
    "",
    `${paint.bold(`It differs ${where}`)}${because === undefined ? "" : `: ${because.reason}`}`,
    `  recorded: ${glance(divergence.recordedLine)}`,
    `  now:      ${glance(divergence.replayedLine)}`,
    ...(because === undefined ? [] : [paint.dim(`  ${because.detail}`)]),
    ...unmet.map(({ index, means, node = "", question }) =>
      paint.yellow(
        `  never came to decision ${index} (${[question, node, means].filter(Boolean).join(" ")})`,
      ),
    ),
  ];
}

function glance(line: TraceLine | undefined): string {
  if (line === undefined) return "nothing";
  if (line.type === "header") return "the header";
  if (line.type === "end")
    return `the run ends at ${seconds(line.at)} after ${countOf(line.events, "event")}`;
  const steps = (line.steps ?? []).map(({ event, state }) => `${tellName(event)} → ${state.join(" + ")}`);
  return [`${seconds(line.at)} ${line.node}: ${tellCause(line.cause)}`, ...steps].join("; ");
}

function storyLines(view: ReplayView, paint: ChalkInstance, width: number): string[] {
  const violation = view.verdict?.violation;
  if (violation === undefined || view.header.property === undefined) return [];
  const recorded = view.otherCause === undefined ? undefined : view.header.violation;
  return [
    ...[sentenceOf(violation), ...detailsOf(violation)].map((line) => flow(line, width, "  ")),
    ...(recorded === undefined
      ? []
      : [paint.dim(flow(`recorded, at ${seconds(recorded.at)}: ${sentenceOf(recorded)}`, width, "  "))]),
    "",
    paint.bold("What happened"),
    ...renderCase(view.case, view.variant, violation.at, view.header.property, { paint, proseWidth: width }),
  ];
}

function nextLine(file: string, { outcome, variant }: ReplayView): string {
  const again = `leasehold replay ${typedTrace(file)}`;
  if (outcome === "reproduced" && variant.name !== "shipped")
    return `Next: ${again} --step · --print · --at INSTANT · --export html · --variant shipped · --save-test FILE`;
  if (outcome === "fixed") return `Next: ${again} --save-test FILE keeps it from coming back`;
  return `Next: ${again} --step · --print · --at INSTANT · --export html · --save-test FILE`;
}

/** Each coordinator's lines against the bare chart. */
export function renderMachine(
  replays: readonly { readonly name: string; readonly replay: MachineReplay }[],
  paint: ChalkInstance,
): string {
  return replays
    .map(({ name, replay: { divergence, lives, steps } }) => {
      if (steps === 0) return `${name}: ${paint.yellow("no step of it is in the trace")}\n`;
      const size = `${countOf(steps, "step")} in ${countOf(lives, "life", "lives")}`;
      if (divergence === undefined)
        return `${name}: ${paint.green(`the chart steps as recorded`)}, ${size}\n`;
      const { at, event, n, path, recorded, replayed } = divergence;
      return [
        `${name}: ${paint.red(`the chart steps otherwise at event ${n}`)} (${seconds(at)}, on ${tellName(event)})`,
        `  ${path} was ${recorded === undefined ? "absent" : quote(recorded, 2000)}`,
        `  ${" ".repeat(path.length)}  is ${replayed === undefined ? "absent" : quote(replayed, 2000)}`,
        "",
      ].join("\n");
    })
    .join("");
}
