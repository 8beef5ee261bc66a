/** The whole trace run again: strictly first, by meaning where that differs. */
import type { Variant } from "../../../models/variant.ts";
import { byNumber } from "../../simulation/meant-decisions.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { otherCause } from "../../run/other-cause.ts";
import { replayStrictly } from "../../run/replay.ts";
import { replayTolerantly, type TolerantReplay } from "../../run/tolerant.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { tryOther, writeWhole } from "../base/output-file.ts";
import { jsonDocument } from "../base/json.ts";
import { traceVerdictDocument, traceViolationDocument } from "../base/violation-document.ts";
import type { ReplayFlags } from "./flags.ts";
import { renderReplay, type ReplayView } from "./render-replay.ts";
import { inTurnFor, undisturbed } from "./turn.ts";
import type { Terminal } from "../base/terminal.ts";
import { calledTrace } from "../base/trace-source.ts";
import { openTrace, troubleIn } from "../base/trace-input.ts";

export async function replayWhole(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const view = await judge(file, header, variant, flags, terminal);
  if (flags.json === true) terminal.out(jsonDocument("replay", documentOf(view)));
  else terminal.out(await inTurnFor(header, () => renderReplay(calledTrace(file), view, terminal)));
  return view.outcome === "reproduced" || view.outcome === "diverged" || view.verdict?.verdict === "violated"
    ? EXIT.violated
    : EXIT.holds;
}

/** Strictly first; where that differs, by meaning. */
async function judge(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<ReplayView> {
  const { out } = flags;
  if (out !== undefined) tryOther(out, file, "--out");
  if (variant.name === header.variant) {
    const strict = await inTurnFor(header, () => replayStrictly(openTrace(file, terminal)));
    if (strict.type === "trouble") throw troubleIn(file, strict.trouble);
    if (strict.type === "identical") {
      if (out !== undefined) await tolerantly(file, header, variant, out, terminal);
      const verdict = strict.end.verdicts.find(({ property }) => property === header.property);
      const outcome = verdict?.verdict === "violated" ? "reproduced" : "same";
      const given = { scenario: header.scenario, decisions: byNumber(header.decisions) };
      return { header, variant, end: strict.end, outcome, identical: true, verdict, case: given };
    }
  }
  const replayed = await tolerantly(file, header, variant, out, terminal);
  const verdict = replayed.end.verdicts.find(({ property }) => property === header.property);
  const { because, divergence, end, outcome, unmet } = replayed;
  const given = { scenario: header.scenario, decisions: byNumber(replayed.header.decisions) };
  return {
    header,
    variant,
    end,
    outcome,
    identical: false,
    verdict,
    otherCause: otherCause(header.violation, verdict?.violation, header.scenario),
    because,
    divergence,
    unmet,
    case: given,
  };
}

async function tolerantly(
  file: string,
  header: TraceHeader,
  variant: Variant,
  out: string | undefined,
  terminal: Terminal,
): Promise<TolerantReplay> {
  const run = (line?: (text: string) => void) => {
    const result = replayTolerantly(
      openTrace(file, terminal),
      variant,
      line === undefined ? {} : { sink: line },
    );
    if ("what" in result) throw troubleIn(file, result);
    return result;
  };
  return out === undefined ? inTurnFor(header, run) : undisturbed(header, () => writeWhole(out, run));
}

function documentOf({
  because,
  divergence,
  end,
  header,
  identical,
  otherCause,
  outcome,
  unmet,
  variant,
  verdict,
}: ReplayView) {
  return {
    outcome,
    identical,
    variant: variant.name,
    recordedVariant: header.variant,
    property: header.property,
    verdict: verdict && traceVerdictDocument(verdict),
    ...(header.violation === undefined
      ? {}
      : { recordedViolation: traceViolationDocument(header.violation) }),
    ...(otherCause === undefined ? {} : { otherCause }),
    events: end.events,
    ...(divergence === undefined ? {} : { divergence, because, unmet }),
  };
}
