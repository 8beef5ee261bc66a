/** One run of programs under one adversity, judged; and its recording. Synchronous: call it in a turn of its own. */
import { shipped } from "../../models/variant.ts";
import type { Observation } from "../../models/observation.ts";
import { RunJudges } from "../../properties/judging.ts";
import type { Violation } from "../../properties/violation.ts";
import { recordCase } from "../run/record.ts";
import { execute } from "../simulation/execute.ts";
import { decided } from "../simulation/scheduler.ts";
import { createSetup } from "../simulation/setup.ts";
import { Digest } from "../trace/digest.ts";
import type { Adversity } from "./adversity.ts";
import { watched } from "./guards.ts";
import { makersOf } from "./program-kind.ts";
import type { Programs } from "./program.ts";
import { ProgramFault } from "./program-fault.ts";
import type { Promised } from "./promises.ts";

/** How a run was judged. */
export interface Judged {
  readonly violation: Violation | undefined;
  /** Promises that were put to the test, by name. */
  readonly tested: readonly string[];
  /** Of everything that was seen: equal for equal runs. */
  readonly digest: string;
}

/** Up to the first broken promise, or to the horizon. `hear`: everything that is seen. */
export function judgePrograms(
  { decisions, scenario }: Adversity,
  programs: Programs,
  promises: readonly Promised[],
  hear: (observation: Observation) => void = () => undefined,
): Judged {
  const judges = new RunJudges(promises, scenario);
  const digest = new Digest();
  execute(createSetup(scenario, shipped, { makers: makersOf(programs) }), {
    scheduler: decided(decisions),
    listeners: [
      judges,
      {
        observe(observation) {
          digest.line(JSON.stringify(observation));
          hear(observation);
        },
      },
    ],
    enough: () => judges.broken,
  });
  const verdicts = judges.conclude();
  const broken = verdicts.find(({ verdict }) => verdict?.type === "violated")?.verdict;
  const tested = verdicts.flatMap(({ judge, property }) =>
    judge?.seen.some((times) => times > 0) === true ? [property.name] : [],
  );
  return {
    violation: broken?.type === "violated" ? broken.violation : undefined,
    tested,
    digest: digest.text(),
  };
}

/** Throws a {@link ProgramFault} where a second run is another one. */
export function expectSame(
  given: Adversity,
  programs: Programs,
  promises: readonly Promised[],
  digest: string,
): void {
  if (watched(() => judgePrograms(given, programs, promises)).digest === digest) return;
  const runs = [0, 1].map(() => {
    const seen: string[] = [];
    judgePrograms(given, programs, promises, (observation) => void seen.push(JSON.stringify(observation)));
    return seen;
  });
  const [first = [], second = []] = runs;
  const at = first.findIndex((one, index) => one !== second[index]);
  throw ProgramFault.differs(
    at < 0
      ? "the second sees more"
      : `the first sees ${first[at]}, the second ${second[at] ?? "nothing more"}`,
  );
}

/** A violation's sentence, which its promise left with it. */
export function sayOf({ facts, kind }: Violation): string {
  return typeof facts["says"] === "string" ? facts["says"] : kind;
}

/** The lines of a trace of the run, up to what breaks the promise. */
export function recordPrograms(
  { decisions, scenario }: Adversity,
  programs: Programs,
  promises: readonly Promised[],
  violation: Violation,
  modules: readonly string[],
): string[] {
  const lines: string[] = [];
  const { property } = violation;
  const makers = makersOf(programs);
  recordCase(
    { scenario, decisions, variant: shipped, makers, promises, property, violation, modules },
    (text) => void lines.push(text),
  );
  return lines;
}
