/** The evidence as a scenario that can be run: written to a file, with what it is like and how to go on. */
import { shipped, type Variant } from "../../../models/variant.ts";
import { nearestScenario } from "../../evidence/nearest-scenario.ts";
import { tellRun } from "../../evidence/told-run.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import { flow } from "../../words/cells.ts";
import { countOf } from "../../words/count.ts";
import { seconds } from "../../words/seconds.ts";
import { shown } from "../../words/shown.ts";
import { writeText } from "../base/output-file.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { Validation, WrittenScenario } from "./validation.ts";

/** Throws a {@link UserError} where nothing could be run. */
export async function writeNearest(
  { alignment, evidence, models, verdicts }: Omit<Validation, "nearest">,
  file: string,
): Promise<WrittenScenario> {
  const told = tellRun(evidence.sources, alignment.clocks, verdicts);
  const nearest = nearestScenario(told, models, verdicts);
  if (nearest === undefined)
    throw new UserError({
      where: "--as-scenario",
      what: "no line of a coordinator tells a step of the election, so there is nothing to run",
      remedy: "name the coordinators' logs or recordings too",
    });
  const { scenario, variant } = nearest;
  const head = [
    "# The scenario nearest to what was logged, as leasehold validate guessed it.",
    `# leasehold simulate ${shown(file)}${variantFlag(variant)}`,
  ];
  await uninterrupted(() => writeText(file, `${head.join("\n")}\n${writeScenario(scenario)}`));
  return { file, nearest };
}

function variantFlag({ name }: Variant): string {
  return name === shipped.name ? "" : ` --variant ${name}`;
}

export function nearestLines(
  { file, nearest }: WrittenScenario,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string[] {
  const { alike, fromMs, of, scenario, variant, violation } = nearest;
  const { coordinators, faults } = scenario;
  const broken = violation === undefined ? "" : `, and it breaks ${violation.property} too`;
  const part = fromMs > 0 ? ` The log's last ${seconds(scenario.horizonMs)} are in it.` : "";
  const trace = `${file.replace(/\.(?:ya?ml|json)$/u, "")}.jsonl`;
  return [
    flow(
      `${file} is written: ${countOf(coordinators.length, "coordinator")}, ${countOf(faults.length, "fault")}. On ${variant.name} ` +
        `its run says ${alike} of ${countOf(of, "logged step")} in their order${broken}. It is a guess that can be run.${part}`,
      proseWidth,
    ),
    paint.dim(`  leasehold simulate ${file}${variantFlag(variant)} --trace ${trace}`),
    ...(violation === undefined
      ? []
      : [paint.dim(`  leasehold replay ${trace} --save-test ${trace.replace(/\.jsonl$/u, "")}.test.ts`)]),
    "",
  ];
}

export function nearestDocument({ file, nearest }: WrittenScenario) {
  const { alike, fromMs, of, scenario, toMs, variant, violation } = nearest;
  return {
    file,
    variant: variant.name,
    alike,
    of,
    fromMs,
    toMs,
    ...(violation === undefined ? {} : { breaks: violation.property }),
    scenario,
  };
}
