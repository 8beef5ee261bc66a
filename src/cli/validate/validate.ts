/** `leasehold validate`: from files to evidence, from evidence to a verdict for each promise. */
import { alignClocks } from "../../evidence/align.ts";
import { Evidence } from "../../evidence/evidence.ts";
import { placeText } from "../../evidence/fact.ts";
import { likelyBugs } from "../../evidence/likely-bugs.ts";
import { modelled } from "../../evidence/model.ts";
import { twoHistoriesIn } from "../../evidence/one-history.ts";
import { hasElection, judgeEvidence } from "../../evidence/promises.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { tryFile, tryOther } from "../base/output-file.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { ValidateFlags } from "./flags.ts";
import { endsVouchedFor } from "./ended.ts";
import { gather } from "./gather.ts";
import { STDIN } from "../base/text-input.ts";
import { caseLines, writeCase } from "./written-case.ts";
import { checkTestName } from "../replay/save-test.ts";
import { validationDocument } from "./document.ts";
import type { Validation } from "./validation.ts";
import { refuseWrongClocks } from "./vouched-clocks.ts";
import { readMappingFile } from "./mapping-file.ts";
import { renderValidation } from "./render.ts";

export async function validateFiles(
  files: readonly string[],
  flags: ValidateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const twice = files.find((file, at) => files.indexOf(file) < at);
  if (twice !== undefined)
    throw new UserError({ where: twice, what: "it is named twice", remedy: "name each file once" });
  checkOutputs(files, flags);
  const mappings = (flags.mapping ?? []).map((file) => readMappingFile(file, terminal));
  if (mappings.includes(undefined)) return EXIT.usage;
  const known = mappings.flatMap((one) => one ?? []);
  const evidence = new Evidence(known);
  await gather(files, evidence, known, terminal);
  refuseNewYear(evidence);
  const two = evidence.etcds.two ?? twoHistoriesIn(evidence.sources);
  if (two !== undefined) throw new UserError({ where: two.at, what: two.what, remedy: two.remedy });
  const view = await judged(evidence, flags);
  if (flags.json === true) terminal.out(jsonDocument("validate", validationDocument(view)));
  else if (flags.lanes === true || flags.export !== undefined) {
    await (await import("./drawn.ts")).drawValidation(view, flags, terminal);
    if (view.nearest !== undefined) terminal.out(`\n${caseLines(view.nearest, terminal).join("\n")}`);
  } else terminal.out(renderValidation(view, terminal));
  return exitFor(view.verdicts);
}

async function judged(evidence: Evidence, flags: ValidateFlags): Promise<Validation> {
  const election = hasElection(evidence.sources);
  const { clocksWithin, ended = [] } = flags;
  if (clocksWithin !== undefined) refuseWrongClocks(clocksWithin, evidence.sources);
  const vouched = {
    ...(clocksWithin === undefined ? {} : { clocksWithinMs: clocksWithin }),
    ended: endsVouchedFor(ended, evidence.sources, clocksWithin),
  };
  const verdicts = election ? judgeEvidence(evidence.sources, vouched) : [];
  const alignment = alignClocks(evidence.sources, flags.clocksWithin);
  const models = modelled(evidence.sources);
  const bugs = likelyBugs(models, verdicts);
  const found = { evidence, election, verdicts, alignment, models, bugs };
  const { asScenario: scenario, saveTest: test } = flags;
  if (scenario === undefined && test === undefined) return found;
  const files = { ...(scenario === undefined ? {} : { scenario }), ...(test === undefined ? {} : { test }) };
  return { ...found, nearest: await writeCase(found, files) };
}

/** Lines that go over a New Year without saying so would stand in the wrong order. */
function refuseNewYear({ newYear: { december, january } }: Evidence): void {
  if (december === undefined || january === undefined) return;
  throw new UserError({
    where: `${placeText(december)} and ${placeText(january)}`,
    what: "one is of December and one of January, and lines that do not say their year are all taken for those of the mapping's",
    remedy: "validate each year's lines alone, with its own year in the mapping",
  });
}

/** What is to be written is tried before anything is read, and never takes the place of what is read. */
function checkOutputs(
  files: readonly string[],
  { asScenario, export: format, mapping = [], out, saveTest }: ValidateFlags,
): void {
  if (out !== undefined && format === undefined)
    throw new UserError({
      where: "--out",
      what: "there is no export to be written",
      remedy: "name its format too, such as --export html",
    });
  if (saveTest !== undefined) checkTestName(saveTest);
  const targets = new Map<string, string>();
  for (const [flag, target] of [
    ["--as-scenario", asScenario],
    ["--save-test", saveTest],
    ["--out", out],
  ] as const) {
    if (target === undefined) continue;
    tryFile(target, flag);
    for (const file of [...files, ...mapping]) if (file !== STDIN) tryOther(target, file, flag);
    const other = targets.get(target);
    if (other !== undefined)
      throw new UserError({
        where: flag,
        what: `${other} is to write that file too`,
        remedy: "name another",
      });
    targets.set(target, flag);
  }
}

/** Nothing is held for want of evidence. */
export function exitFor(verdicts: readonly EvidenceVerdict[]): ExitCode {
  if (verdicts.some(({ type }) => type === "violated")) return EXIT.violated;
  return verdicts.some(({ type }) => type === "held") ? EXIT.holds : EXIT.noVerdict;
}
