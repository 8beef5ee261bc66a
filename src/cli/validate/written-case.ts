/** The evidence as a case that can be run again: a scenario, a test, with what they are like and how to go on. */
import { shipped, type Variant } from "../../../models/variant.ts";
import { nearestScenario, type NearestScenario } from "../../evidence/nearest-scenario.ts";
import { tellRun } from "../../evidence/told-run.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import { flow } from "../../words/cells.ts";
import { countOf } from "../../words/count.ts";
import { seconds } from "../../words/seconds.ts";
import { shown } from "../../words/shown.ts";
import { writeText } from "../base/output-file.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { keepTest } from "./kept-case.ts";
import type { CaseFiles, Validation, WrittenCase } from "./validation.ts";

const NOBODY =
  "no line of a coordinator tells a step of the election, so there is nothing to run: etcd's words tell no instants";
const REMEDY = "name the coordinators' logs or recordings too";

/** Whatever is asked for and can be made is written. */
export async function writeCase(
  { alignment, evidence, models, verdicts }: Omit<Validation, "nearest">,
  files: CaseFiles,
): Promise<WrittenCase> {
  const told = tellRun(evidence.sources, alignment.clocks, verdicts);
  const nearest = nearestScenario(told, models, verdicts);
  if (nearest === undefined) return { type: "none", files };
  const { scenario: file, test } = files;
  if (file !== undefined) await uninterrupted(() => writeText(file, scenarioText(file, nearest)));
  if (test === undefined) return { type: "written", files, nearest };
  return {
    type: "written",
    files,
    nearest,
    keeps: await uninterrupted(() => keepTest(test, nearest, verdicts)),
  };
}

function scenarioText(file: string, { scenario, variant }: NearestScenario): string {
  const head = [
    "# The scenario nearest to what was logged, as leasehold validate guessed it.",
    `# leasehold simulate ${shown(file)}${variantFlag(variant)}`,
  ];
  return `${head.join("\n")}\n${writeScenario(scenario)}`;
}

function variantFlag({ name }: Variant): string {
  return name === shipped.name ? "" : ` --variant ${name}`;
}

const namesOf = ({ scenario, test }: CaseFiles): string[] =>
  [scenario, test].filter((file): file is string => file !== undefined);

export function caseLines(
  written: WrittenCase,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string[] {
  const { files } = written;
  const all = namesOf(files);
  const names = `${all.join(" and ")} ${all.length === 1 ? "is" : "are"}`;
  if (written.type === "none")
    return [paint.yellow(flow(`${names} not written: ${NOBODY}; ${REMEDY}.`, proseWidth)), ""];
  const { keeps, nearest } = written;
  const { alike, fromMs, of, scenario, variant, violation } = nearest;
  const { coordinators, faults } = scenario;
  const broken = violation === undefined ? "" : `, and it breaks ${violation.property} too`;
  const part = fromMs > 0 ? ` The log's last ${seconds(scenario.horizonMs)} are in it.` : "";
  const trace = `${(files.scenario ?? "").replace(/\.(?:ya?ml|json)$/u, "")}.jsonl`;
  return [
    flow(
      `${names} written: ${countOf(coordinators.length, "coordinator")}, ${countOf(faults.length, "fault")}. On ${variant.name} ` +
        `its run says ${alike} of ${countOf(of, "logged step")} in their order${broken}. It is a guess that can be run.${part}`,
      proseWidth,
    ),
    ...(files.scenario === undefined
      ? []
      : [paint.dim(`  leasehold simulate ${files.scenario}${variantFlag(variant)} --trace ${trace}`)]),
    ...(keeps === undefined || files.test === undefined
      ? []
      : [flow(`The test keeps: ${keeps}.`, proseWidth), paint.dim(`  npx vitest run ${files.test}`)]),
    "",
  ];
}

export function caseDocument(written: WrittenCase) {
  const { scenario: file, test } = written.files;
  const names = { ...(file === undefined ? {} : { file }), ...(test === undefined ? {} : { test }) };
  if (written.type === "none") return { ...names, written: false, why: NOBODY, remedy: REMEDY };
  const { alike, fromMs, of, scenario, toMs, variant, violation } = written.nearest;
  return {
    ...names,
    written: true,
    variant: variant.name,
    alike,
    of,
    fromMs,
    toMs,
    ...(violation === undefined ? {} : { breaks: violation.property }),
    scenario,
  };
}
