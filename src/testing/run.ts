/** One run of programs under one adversity, judged; and its recording. Synchronous: call it in a turn of its own. */
import { shipped } from "../../models/variant.ts";
import type { Observation } from "../../models/observation.ts";
import { RunJudges } from "../../properties/judging.ts";
import { named, type Violation } from "../../properties/violation.ts";
import { headerOf } from "../run/record.ts";
import { execute } from "../simulation/execute.ts";
import { decided } from "../simulation/scheduler.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { createSetup } from "../simulation/setup.ts";
import { Digest } from "../trace/digest.ts";
import { TraceWriter } from "../trace/trace-writer.ts";
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

/** A violation's sentence, by the promise's own words. */
export function sayOf({ kinds }: Promised, violation: Violation, scenario: Scenario): string {
  return kinds[violation.kind]?.tell(named(violation, scenario)) ?? violation.kind;
}

/** The lines of a trace of the run, up to what breaks the promise. */
export function recordPrograms(
  given: Adversity,
  programs: Programs,
  promise: Promised,
  found: Violation,
): string[] {
  const { decisions, scenario } = given;
  const violation = { ...found, facts: { ...found.facts, says: sayOf(promise, found, scenario) } };
  const makers = makersOf(programs);
  const setup = createSetup(scenario, shipped, { makers });
  const judges = new RunJudges([promise], scenario);
  const lines: string[] = [];
  const writer = new TraceWriter(
    setup,
    (text) => lines.push(text),
    (observation) => judges.observe(observation),
  );
  writer.begin({
    ...headerOf({ scenario, decisions, variant: shipped, makers, stop: "violation" }),
    property: promise.name,
    violation: named(violation, scenario),
  });
  const { world } = execute(setup, {
    scheduler: decided(decisions),
    listeners: [writer],
    enough: () => judges.broken,
  });
  const { property, ...said } = named(violation, scenario);
  writer.end(world.now, "violation", [{ property, verdict: "violated", violation: said }]);
  return lines;
}
